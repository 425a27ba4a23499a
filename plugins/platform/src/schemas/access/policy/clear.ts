export { PolicyChangeSchema as resultSchema } from '../../../schema-parts/policy-change.ts';

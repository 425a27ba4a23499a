export { AccessPolicyViewSchema as resultSchema } from '@rig-ops/contract/resources';

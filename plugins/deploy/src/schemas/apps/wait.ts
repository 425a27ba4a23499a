export { AppDetailsSchema as resultSchema } from '@rig-ops/contract/resources';

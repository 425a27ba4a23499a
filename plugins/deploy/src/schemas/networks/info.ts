export { NetworkDetailsSchema as resultSchema } from '@rig-ops/contract/resources';

export { NetworkSchema as resultSchema } from '@rig-ops/contract/resources';

export { DrainRemovedSchema as resultSchema } from '@rig-ops/contract/resources';

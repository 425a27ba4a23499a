export { ReleaseSchema as resultSchema } from '@rig-ops/contract/resources';

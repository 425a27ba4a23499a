export { AppSchema as resultSchema } from '@rig-ops/contract/resources';

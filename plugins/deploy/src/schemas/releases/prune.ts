export { ReleasePruningSchema as resultSchema } from '@rig-ops/contract/resources';

export { BuildSchema as resultSchema } from '@rig-ops/contract/resources';

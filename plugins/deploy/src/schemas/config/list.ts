export { ConfigSchema as resultSchema } from '@rig-ops/contract/resources';

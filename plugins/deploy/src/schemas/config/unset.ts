export { ConfigChangedSchema as resultSchema } from '@rig-ops/contract/resources';

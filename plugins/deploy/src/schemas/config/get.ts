export { ConfigVariableSchema as resultSchema } from '@rig-ops/contract/resources';

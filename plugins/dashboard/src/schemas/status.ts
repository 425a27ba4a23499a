export { StatusSchema as resultSchema } from '@rig-ops/contract/resources';

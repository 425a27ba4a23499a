export { NewTokenSchema as resultSchema } from '@rig-ops/contract/resources';

export { UserSchema as resultSchema } from '@rig-ops/contract/resources';

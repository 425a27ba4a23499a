export { UserDetailsSchema as resultSchema } from '@rig-ops/contract/resources';

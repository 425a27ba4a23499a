export { BindingSchema as resultSchema } from '@rig-ops/contract/resources';

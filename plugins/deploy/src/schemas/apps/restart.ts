export { AppOperationSchema as resultSchema } from '@rig-ops/contract/resources';

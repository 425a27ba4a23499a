export { LogRetentionSchema as resultSchema } from '@rig-ops/contract/resources';

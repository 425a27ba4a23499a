export { AuditRetentionSchema as resultSchema } from '@rig-ops/contract/resources';

export { AuditDrainSchema as resultSchema } from '@rig-ops/contract/resources';

export { ApprovalSchema as resultSchema } from '@rig-ops/contract/resources';

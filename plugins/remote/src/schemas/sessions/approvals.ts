import { ApprovalSchema } from '@rig-ops/contract/resources';
import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  approvals: Type.Array(ApprovalSchema, description('Newest first.')),
});

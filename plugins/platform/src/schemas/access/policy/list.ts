import { AccessPolicyAtSchema } from '@rig-ops/contract/resources';
import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  policies: Type.Array(AccessPolicyAtSchema, description('That of the platform first.')),
});

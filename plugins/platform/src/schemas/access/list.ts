import { BindingSchema } from '@rig-ops/contract/resources';
import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  bindings: Type.Array(BindingSchema, description('Each role of each user, in the order they were granted.')),
});

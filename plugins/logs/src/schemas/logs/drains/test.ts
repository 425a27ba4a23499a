import { description, NameSchema, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  name: NameSchema,
  taken: Type.Literal(true, description('The receiver has taken the line.')),
});

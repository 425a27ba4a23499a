import { NameSchema } from '@rig-ops/contract/resources';
import { Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  name: NameSchema,
  removed: Type.Literal(true, { description: 'Nothing is sent any more.' }),
});

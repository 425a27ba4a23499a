import { ReleaseSchema } from '@rig-ops/contract/resources';
import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  tag: Type.String(description('The name.')),
  deleted: Type.Boolean(description('Whether it was taken away.')),
  release: ReleaseSchema,
});

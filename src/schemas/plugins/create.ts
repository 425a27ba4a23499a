import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  name: Type.String(description('Name of the package.')),
  topic: Type.String(description('First word of its commands.')),
  folder: Type.String(description('Where it was made.')),
  files: Type.Array(Type.String(), description('What was written, by path below the folder.')),
  next: Type.Array(Type.String(), description('What to type next, in this order.')),
});

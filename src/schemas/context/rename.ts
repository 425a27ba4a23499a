import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  renamed: Type.String(description('Name it had.')),
  to: Type.String(description('Name it has now.')),
});

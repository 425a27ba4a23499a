import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  removed: Type.String(description('Name of the user that was removed.')),
});

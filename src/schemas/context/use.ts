import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  current: Type.String(description('Name of the context that commands talk to from now on.')),
});

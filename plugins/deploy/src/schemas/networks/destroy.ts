import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  destroyed: Type.String(description('Name of the network that is no more.')),
});

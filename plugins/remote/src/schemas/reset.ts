import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  terminal: Type.Boolean(description('Whether there was a terminal to set right.')),
});

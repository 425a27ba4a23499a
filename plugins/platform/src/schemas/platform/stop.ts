import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  wasRunning: Type.Boolean(description('Whether there was anything to stop.')),
  forced: Type.Boolean(description('Whether it did not react and was killed.')),
});

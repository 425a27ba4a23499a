import { description, NameSchema, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  app: NameSchema,
  url: Type.String(description('Where it answers.')),
  opened: Type.Boolean(description('Whether a browser was opened.')),
});

import { BrowserSessionSchema, TokenSchema } from '@rig-ops/contract/resources';
import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  tokens: Type.Array(TokenSchema, description('Every token that is remembered, newest first.')),
  browsers: Type.Array(BrowserSessionSchema, description('Browsers that are logged in, latest use first.')),
});

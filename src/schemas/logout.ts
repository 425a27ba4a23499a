import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  loggedOut: Type.Array(
    Type.Object({
      context: Type.String(description('Name of the context, which stays.')),
      revoked: Type.Boolean(description('Whether the platform will not take the token any more.')),
    }),
    description('Where there was a token.'),
  ),
});

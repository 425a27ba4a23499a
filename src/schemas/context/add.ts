import { description, literals, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  context: Type.Object(
    {
      name: Type.String(description('Its name.')),
      url: Type.String(description('Address of the platform.')),
      credentials: literals(['keyring', 'file'], 'Where the token is kept.'),
    },
    description('The context that was added.'),
  ),
});

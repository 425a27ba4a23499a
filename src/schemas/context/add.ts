import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  context: Type.Object(
    {
      name: Type.String(description('Its name.')),
      url: Type.String(description('Address of the platform.')),
    },
    description('The context that was added.'),
  ),
});

import { IdentitySchema } from '@rig-ops/contract/resources';
import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  ...IdentitySchema.properties,
  context: Type.String(description('Name of the platform that was asked.')),
  url: nullable(Type.String(), 'Its address; null for the embedded one.'),
  credentials: literals(
    ['environment', 'keyring', 'file', 'platform'],
    'Where the token comes from; `platform` is the folder of the embedded one.',
  ),
});

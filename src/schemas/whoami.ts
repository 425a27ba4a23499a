import { IdentitySchema } from '@rig-ops/contract/resources';
import { description, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  ...IdentitySchema.properties,
  context: Type.String(description('Name of the platform that was asked.')),
});

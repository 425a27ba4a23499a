import { description, NameSchema, nullable, Type } from '@rig-ops/contract/schema';
import { difference } from '../../schema-parts/difference.ts';

export const resultSchema = Type.Object({
  app: NameSchema,
  from: Type.Integer(description('Version that is compared.')),
  to: Type.Integer(description('Version it is compared with.')),
  message: nullable(Type.String(), 'What was said about the second one.'),
  ...difference,
});

import { DeployLockSchema } from '@rig-ops/contract/resources';
import { NameSchema, nullable, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  app: NameSchema,
  released: nullable(DeployLockSchema, 'The lock that was ended; null when there was none.'),
});

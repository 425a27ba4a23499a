import { description, nullable, Type } from '@rig-ops/contract/schema';

export const resultSchema = Type.Object({
  commands: Type.Integer(description('How many commands can be completed.')),
  apps: nullable(Type.Integer(), 'How many apps the platform has; null where no platform runs.'),
});

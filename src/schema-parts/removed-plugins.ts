import { description, nullable, Type } from '@rig-ops/contract/schema';

export const RemovedPluginsSchema = Type.Object({
  removed: Type.Array(
    Type.Object({
      name: Type.String(description('Name of its package.')),
      version: Type.String(description('The version that is gone.')),
      restored: nullable(Type.String(), 'Version of the one that comes with rig and is in force again.'),
    }),
    description('What was removed.'),
  ),
});

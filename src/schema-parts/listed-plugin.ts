import { description, literals, Type } from '@rig-ops/contract/schema';

export const ListedPluginSchema = Type.Object(
  {
    name: Type.String(description('Name of its package.')),
    version: Type.String(description('Its version.')),
    type: literals(
      ['core', 'user', 'link', 'dev'],
      '`core` comes with rig, `user` was installed, `link` is a folder.',
    ),
  },
  { $id: 'Plugin', description: 'A plugin of rig.' },
);

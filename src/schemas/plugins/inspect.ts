import { description, literals, nullable, Type } from '@rig-ops/contract/schema';
import { commandsField, InstalledPluginSchema } from '../../schema-parts/installed-plugin.ts';

export const resultSchema = Type.Object({
  plugin: Type.Object(
    {
      ...InstalledPluginSchema.properties,
      root: nullable(Type.String(), 'Its folder.'),
      content: literals(
        ['intact', 'changed', 'missing', 'unknown'],
        'Whether its files are those that were installed; `unknown` for a linked folder and one that comes with rig.',
      ),
      scriptsRun: Type.Array(Type.String(), description('Packages whose install scripts were run.')),
      commands: commandsField,
    },
    description('The plugin.'),
  ),
});

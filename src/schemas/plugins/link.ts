import { description, literals, Type } from '@rig-ops/contract/schema';
import { commandsField, pluginFields } from '../../schema-parts/installed-plugin.ts';

export const resultSchema = Type.Object({
  plugin: Type.Object(
    { ...pluginFields, type: literals(['link'], 'Always `link`.') },
    description('What is loaded now.'),
  ),
  commands: commandsField,
  conflicts: Type.Array(
    Type.Object({
      command: Type.String(description('As it is typed behind `rig`.')),
      owner: Type.String(description('The plugin that has it, and keeps it.')),
      kind: literals(
        ['command', 'topic', 'argument'],
        'The same name, a name with commands below it, or the place of an argument.',
      ),
    }),
    description('Names that another plugin has already.'),
  ),
});

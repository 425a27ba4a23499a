import { description, literals, nullable, Type } from '@rig-ops/contract/schema';
import { commandsField, pluginFields, signatureField } from '../../schema-parts/installed-plugin.ts';

export const resultSchema = Type.Object({
  plugin: Type.Object(
    { ...pluginFields, type: literals(['user'], 'Always `user`.'), signature: signatureField },
    description('What is installed now.'),
  ),
  commands: commandsField,
  replaced: nullable(
    Type.Object({
      version: Type.String(description('The version that was in force.')),
      bundled: Type.Boolean(description('Whether that one comes with rig.')),
    }),
    'What it took the place of; null for a new one.',
  ),
  scripts: Type.Object(
    {
      run: Type.Array(Type.String(), description('Packages whose install scripts a policy allowed.')),
      skipped: Type.Array(Type.String(), description('Packages whose install scripts were not run.')),
    },
    description('What became of install scripts.'),
  ),
});

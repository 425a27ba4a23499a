import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

export const pluginFields = {
  name: Type.String(description('Name of its package.')),
  version: Type.String(description('Its version.')),
  source: Type.String(
    description(
      'Where it came from: the kind, a colon, and what npm was asked for; `rig` for one that comes with it.',
    ),
  ),
  integrity: nullable(Type.String(), '`sha512-…` of the packed file; null where there was none.'),
  permissions: Type.Array(Type.String(), description('What its package.json declares in `rig.permissions`.')),
};

export const signatureField = nullable(
  literals(['provenance', 'registry'], 'What was verified.'),
  'What npm verified when it was installed; null where no policy asked for it.',
);

export const commandsField = Type.Array(
  Type.String(),
  description('Its commands, as they are typed behind `rig`.'),
);

export const InstalledPluginSchema = Type.Object(
  {
    ...pluginFields,
    type: literals(
      ['bundled', 'user', 'link'],
      '`bundled` comes with rig, `user` was installed, `link` is a folder somebody works on.',
    ),
    bundledVersion: nullable(
      Type.String(),
      'Of one that comes with rig: its version there, in force or not.',
    ),
    signature: signatureField,
    denied: nullable(
      Type.Object({
        origin: Type.String(description('File or platform whose policy refuses it.')),
        rule: Type.String(description('The rule in it.')),
        reason: Type.String(description('Why, in words.')),
      }),
      'Why it is installed and not loaded; null where it is loaded.',
    ),
  },
  { $id: 'InstalledPlugin', description: 'A plugin, in force or installed.' },
);

import Type, { type Static } from 'typebox';
import { description } from './describe.ts';

const words = (what: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { maxItems: 1000, ...description(what) }),
  );

export const PluginPolicySchema = Type.Object(
  {
    allow: words('Names, scopes (`@acme/*`) and ranges (`@acme/*@^2`); every other plugin is refused.'),
    deny: words('Names, scopes and ranges that are refused, whatever is allowed.'),
    sources: words('Kinds of sources: registry, folder, file, git, url, link.'),
    scripts: words('Packages whose install scripts may run.'),
    signatures: Type.Optional(
      Type.Enum(['registry', 'provenance'], description('What npm must be able to verify.')),
    ),
    lock: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object(
          {
            version: Type.String(description('The version it has to be.')),
            integrity: Type.String(description('The digest of the package, `sha512-…`.')),
          },
          { additionalProperties: false },
        ),
        description('The only plugins that may be installed, by name.'),
      ),
    ),
  },
  {
    $id: 'PluginPolicy',
    additionalProperties: false,
    description: 'Which plugins users of the platform may have; a rule that is absent restricts nothing.',
  },
);

export type PluginPolicy = Static<typeof PluginPolicySchema>;

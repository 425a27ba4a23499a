import { description, literals, Type } from '@rig-ops/contract/schema';

const words = (what: string) => Type.Optional(Type.Array(Type.String(), description(what)));

export const resultSchema = Type.Object({
  policies: Type.Array(
    Type.Object({
      origin: Type.String(description('The file, or the platform.')),
      kind: literals(['user', 'admin', 'platform'], 'Whose it is.'),
      lockFile: Type.Optional(Type.String(description('The lock it names.'))),
      rules: Type.Object(
        {
          allow: words('Names, scopes and ranges; everything else is refused.'),
          deny: words('Names, scopes and ranges that are refused.'),
          sources: words('Kinds of sources a plugin may come from.'),
          scripts: words('Packages whose install scripts may run.'),
          signatures: Type.Optional(literals(['registry', 'provenance'], 'What npm must be able to verify.')),
          lock: Type.Optional(
            Type.Record(
              Type.String(),
              Type.Object({
                version: Type.String(description('The version it has to be.')),
                integrity: Type.String(description('The digest it has to have.')),
              }),
              description('What the lock names.'),
            ),
          ),
        },
        description('What it says; a rule that is left out restricts nothing.'),
      ),
    }),
    description('Every policy in force; each has to agree.'),
  ),
});

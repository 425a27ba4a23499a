import Type, { type Static } from 'typebox';
import { ProcessSchema } from './apps.ts';
import { description, literals, nullable, timestamp } from './describe.ts';

export const ReleaseContentSchema = Type.Object(
  {
    version: Type.Integer(description('Version of the release.')),
    bundle: Type.String(description('Id of the bundle it was built from.')),
    files: nullable(
      Type.Array(
        Type.Object({
          path: Type.String(description('Relative to the root of the source.')),
          type: literals(['file', 'symlink', 'directory'], 'A directory only when it is empty.'),
          size: Type.Integer(description('Of a file, in bytes; 0 otherwise.')),
          digest: Type.String(description('The same as long as content, mode and target are.')),
        }),
      ),
      'What the bundle holds; null when it is not kept any more.',
    ),
    detector: Type.String(description('What recognised the source.')),
    steps: Type.Array(Type.String(), description('Names of the steps of its build.')),
    processes: Type.Array(ProcessSchema, description('Its process table.')),
    environment: Type.Array(Type.String(), description('Names of the variables that its source sets.')),
    settings: Type.Record(
      Type.String(),
      Type.String(),
      description('What the source says about health, draining, release command and strategy.'),
    ),
    variables: Type.Array(
      Type.Object({
        key: Type.String(description('Name of the variable.')),
        secret: Type.Boolean(description('Whether its value is write-only.')),
        updatedAt: timestamp('When it was set'),
      }),
      description('Its configuration, without values.'),
    ),
  },
  { $id: 'ReleaseContent', description: 'What a release is made of, to be compared with another.' },
);

export type ReleaseContent = Static<typeof ReleaseContentSchema>;

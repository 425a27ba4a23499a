import Type, { type Static } from 'typebox';
import { description, literals, timestamp } from './describe.ts';
import { NameSchema } from './names.ts';

export const ReleasePruningSchema = Type.Object(
  {
    app: NameSchema,
    dryRun: Type.Boolean(description('Whether nothing was removed.')),
    removed: Type.Array(
      Type.Object({
        version: Type.Integer(description('Its version; no other release ever gets it.')),
        status: literals(['superseded', 'failed'], 'How it stood.'),
        createdAt: timestamp('When it was made'),
      }),
      description('What was removed, or would be; newest first.'),
    ),
    kept: Type.Array(
      Type.Object({
        version: Type.Integer(description('Its version.')),
        because: literals(
          ['live', 'newest', 'tagged', 'rollback', 'instances', 'deploy'],
          'Why: `rollback` is what a rollback returns to, `instances` still run, `deploy` is under way or waits.',
        ),
      }),
      description('What is old enough, and stays all the same; newest first.'),
    ),
    artifacts: Type.Integer(description('How many artifacts were removed.')),
    bytes: Type.Integer(description('How much room they took.')),
  },
  { $id: 'ReleasePruning', description: 'What became of the old releases of an app.' },
);

export type ReleasePruning = Static<typeof ReleasePruningSchema>;

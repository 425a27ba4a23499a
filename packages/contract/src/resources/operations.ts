import Type, { type Static } from 'typebox';
import { description, literals, nullable, timestamp } from './describe.ts';
import { NameSchema } from './names.ts';

/** Instances of one process that can be asked for. */
export const MAX_INSTANCES = 100;

export const AppOperationSchema = Type.Object(
  {
    id: Type.String(description('Unique over the life of the platform.')),
    app: NameSchema,
    kind: literals(['restart', 'scale'], 'What is done.'),
    status: literals(['running', 'succeeded', 'failed'], 'How it stands.'),
    instances: Type.Array(Type.String(), description('The instances it is about, as `web.1`.')),
    failure: nullable(
      Type.Object({
        code: Type.String(description('A code of docs/errors.md.')),
        message: Type.String(description('What failed.')),
        hint: Type.String(description('The next step.')),
        exitCode: Type.Integer(description('Exit code of its kind.')),
        details: Type.Optional(
          Type.Record(
            Type.String(),
            Type.Unknown(),
            description('More about it, such as the last lines of a failing instance.'),
          ),
        ),
      }),
      'Why it failed; null otherwise.',
    ),
    startedAt: timestamp('When it was begun'),
    endedAt: nullable(timestamp('When it ended'), 'When it ended; null before.'),
  },
  { $id: 'AppOperation', description: 'A change of what runs of the live release of an app.' },
);

export type AppOperation = Static<typeof AppOperationSchema>;

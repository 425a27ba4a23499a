import Type, { type Static } from 'typebox';
import { description, literals, nullable, timestamp } from './describe.ts';
import { ImageSchema } from './images.ts';
import { NameSchema } from './names.ts';

export const BuildStepSchema = Type.Object(
  {
    name: Type.String(description('As shown to people.')),
    status: literals(['pending', 'running', 'succeeded', 'failed', 'skipped'], 'How far it got.'),
    exitCode: nullable(Type.Integer(), 'Exit code of its command; null before it ended.'),
    durationMs: nullable(Type.Integer(), 'How long it took, in milliseconds; null before it ended.'),
  },
  { $id: 'BuildStep', description: 'One command of a build.' },
);

export const BuildSchema = Type.Object(
  {
    id: Type.String(description('Unique over the life of the platform.')),
    app: NameSchema,
    bundleId: Type.String(description('What was built.')),
    detector: nullable(Type.String(), 'What recognised the source; null before detection.'),
    status: literals(
      ['pending', 'running', 'succeeded', 'failed', 'cancelled'],
      'How far it got; `pending` waits for its turn.',
    ),
    steps: Type.Array(BuildStepSchema, description('In the order they run.')),
    position: nullable(
      Type.Integer(),
      'Place among the builds that wait for their turn, 1 for the next; null when it does not wait.',
    ),
    installFromCache: Type.Boolean(
      description('Whether its dependencies came from an earlier build with the same lockfile.'),
    ),
    image: nullable(
      ImageSchema,
      'The image that it made or brought; null where it made none, and when it is not kept any more.',
    ),
    failure: nullable(Type.String(), 'Why it failed; null otherwise.'),
    createdAt: timestamp('When it was started'),
    startedAt: nullable(timestamp('When its turn came'), 'When its turn came; null before.'),
    endedAt: nullable(timestamp('When it ended'), 'When it ended; null before.'),
  },
  { $id: 'Build', description: 'Turning a bundle into an artifact.' },
);

export type BuildStep = Static<typeof BuildStepSchema>;
export type Build = Static<typeof BuildSchema>;

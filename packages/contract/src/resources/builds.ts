import Type, { type Static } from 'typebox';
import { description, literals, nullable, timestamp } from './describe.ts';
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
    status: literals(['pending', 'running', 'succeeded', 'failed'], 'How far it got.'),
    steps: Type.Array(BuildStepSchema, description('In the order they run.')),
    failure: nullable(Type.String(), 'Why it failed; null otherwise.'),
    createdAt: timestamp('When it was started'),
    endedAt: nullable(timestamp('When it ended'), 'When it ended; null before.'),
  },
  { $id: 'Build', description: 'Turning a bundle into an artifact.' },
);

export type BuildStep = Static<typeof BuildStepSchema>;
export type Build = Static<typeof BuildSchema>;

import Type, { type Static } from 'typebox';
import { description, literals, nullable, timestamp } from './describe.ts';
import { DeployHolderSchema } from './deploy-holder.ts';
import { NameSchema } from './names.ts';
import { DeployRolloutSchema } from './rollout.ts';

/** In the order they can come; which of them a deploy goes through follows from its strategy. */
export const DEPLOY_STEPS = [
  'build',
  'release',
  'stop',
  'start',
  'health',
  'roll',
  'canary',
  'switch',
  'drain',
  'watch',
] as const;

export const DeploySchema = Type.Object(
  {
    id: Type.String(description('Unique over the life of the platform.')),
    app: NameSchema,
    kind: literals(['deploy', 'rollback', 'config'], 'What was asked for.'),
    status: literals(
      ['queued', 'running', 'succeeded', 'failed'],
      'How it stands; `queued` waits for its turn.',
    ),
    step: nullable(
      literals(DEPLOY_STEPS, 'A step of a deploy.'),
      'The step it is in or failed in; null when it succeeded.',
    ),
    buildId: nullable(Type.String(), 'Its build; null before there is one.'),
    reusedBuild: Type.Boolean(
      description('Whether it took the artifact of an earlier build of the same source and build config.'),
    ),
    cancelledBy: nullable(Type.String(), 'Who has asked to end it; null when nobody has.'),
    release: nullable(Type.Integer(), 'Version of its release; null before there is one.'),
    url: nullable(Type.String(), 'Where the app answers once it is live.'),
    error: nullable(
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
    rollout: nullable(DeployRolloutSchema, 'How it switches over; null before it is built.'),
    message: nullable(Type.String(), 'What the deployer said about it.'),
    createdBy: Type.String(description('User who asked for it.')),
    createdAt: timestamp('When it was asked for'),
    queue: nullable(
      Type.Object({
        position: Type.Integer(description('1 is the next to begin.')),
        until: timestamp('When it gives up waiting'),
        waitsFor: nullable(DeployHolderSchema, 'What it waits for; null when it is about to begin.'),
      }),
      'How a queued one waits; null otherwise, and in events.',
    ),
    endedAt: nullable(timestamp('When it ended'), 'When it ended; null before.'),
  },
  { $id: 'Deploy', description: 'The operation that makes a release live.' },
);

export const DeployEventSchema = Type.Object(
  {
    type: literals(['step', 'build-queued', 'build-step', 'note', 'done'], 'What happened.'),
    at: timestamp('When it happened'),
    deploy: DeploySchema,
    step: Type.Optional(literals(DEPLOY_STEPS, 'The step of the deploy that this is about.')),
    status: Type.Optional(literals(['started', 'succeeded', 'failed'], 'What became of the step.')),
    name: Type.Optional(Type.String(description('Name of the build step.'))),
    message: Type.Optional(Type.String(description('What a note says, for people.'))),
    position: Type.Optional(
      Type.Integer(description('Place of the build among those that wait for their turn; 1 is the next.')),
    ),
    durationMs: Type.Optional(Type.Integer(description('How long the step took, in milliseconds.'))),
  },
  { $id: 'DeployEvent', description: 'One step of a deploy, as it happens.' },
);

export type Deploy = Static<typeof DeploySchema>;
export type DeployStep = (typeof DEPLOY_STEPS)[number];
export type DeployEvent = Static<typeof DeployEventSchema>;

import Type, { type Static } from 'typebox';
import { description, literals, nullable } from './describe.ts';

export const STRATEGIES = ['rolling', 'blue-green', 'recreate', 'canary'] as const;

const seconds = (text: string) =>
  Type.Integer({ minimum: 0, maximum: 86_400, description: `${text}, in seconds.` });

export const CanaryStepSchema = Type.Object(
  {
    percent: Type.Integer({ minimum: 1, maximum: 100, description: 'Percent of the requests.' }),
    seconds: nullable(
      Type.Integer({ minimum: 1, maximum: 86_400 }),
      'How long, in seconds; null: until somebody promotes it.',
    ),
  },
  { additionalProperties: false, description: 'One step of a canary.' },
);

/** How one deploy is to switch over; what is left out `[deploy]` of rig.toml says. */
export const RolloutOrderSchema = Type.Object(
  {
    strategy: Type.Optional(literals(STRATEGIES, 'How the new release takes over.')),
    steps: Type.Optional(
      Type.Array(CanaryStepSchema, {
        minItems: 1,
        maxItems: 20,
        description: 'Steps of a canary; they make it one.',
      }),
    ),
    surge: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description:
          'How many instances of a process a rolling deploy may start beside those that are wanted.',
      }),
    ),
    watchSeconds: Type.Optional(
      seconds('How long the live release is watched; if it fails meanwhile the one before comes back'),
    ),
    keepSeconds: Type.Optional(
      seconds('How long a blue-green deploy keeps the old instances, for a return at once'),
    ),
  },
  { additionalProperties: false, description: 'How the deploy switches over.' },
);

export const ReleaseRolloutSchema = Type.Object(
  {
    strategy: literals(STRATEGIES, 'How it took over, or was to.'),
    outcome: nullable(
      Type.String(),
      'How that went and why, as what a canary measured; null where there is nothing to tell.',
    ),
  },
  { description: 'How a release took over from the one before.' },
);

export const DeployRolloutSchema = Type.Object(
  {
    strategy: literals(STRATEGIES, 'How it switches over.'),
    from: nullable(Type.Integer(), 'Version that is live when it begins; null when none is.'),
    percent: nullable(
      Type.Integer(),
      'Percent of the requests that the new release gets; null while releases do not share them.',
    ),
    automatic: Type.Boolean(
      description('Whether the platform began it because a release failed while watched.'),
    ),
  },
  { description: 'How a deploy switches over.' },
);

export type Strategy = (typeof STRATEGIES)[number];
export type CanaryStep = Static<typeof CanaryStepSchema>;
export type RolloutOrder = Static<typeof RolloutOrderSchema>;
export type ReleaseRollout = Static<typeof ReleaseRolloutSchema>;

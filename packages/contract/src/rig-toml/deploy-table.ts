import Type from 'typebox';
import { STRATEGIES } from '../resources/rollout.ts';
import { DURATION_PATTERN, STEP_PATTERN } from '../rollout-text.ts';

const duration = (description: string) =>
  Type.Union([Type.Integer({ minimum: 0, maximum: 86_400 }), Type.String({ pattern: DURATION_PATTERN })], {
    description: `${description} Seconds, or as "90s", "5m", "1h".`,
  });

/** `[deploy]` of rig.toml: how a new release takes over from the live one. */
export const DeployTableSchema = Type.Object(
  {
    strategy: Type.Optional(
      Type.Enum([...STRATEGIES], { description: 'How a new release takes over; "rolling" when absent.' }),
    ),
    steps: Type.Optional(
      Type.Array(Type.String({ pattern: STEP_PATTERN }), {
        minItems: 1,
        maxItems: 20,
        description: 'Steps of a canary, as "10%:2m"; without a time a step lasts until it is promoted.',
      }),
    ),
    surge: Type.Optional(
      Type.Union(
        [Type.Integer({ minimum: 1, maximum: 1000 }), Type.String({ pattern: '^(100|[1-9][0-9]?)%$' })],
        {
          description:
            'Instances of a process that a rolling deploy may start beside those that are wanted: a number, or a part of them as "25%", which it is when absent.',
        },
      ),
    ),
    watch: Type.Optional(
      duration('How long a live release is watched; if it fails meanwhile the one before comes back.'),
    ),
    keep: Type.Optional(
      duration(
        'How long "blue-green" keeps the old instances, for a return at once; 10 minutes when absent.',
      ),
    ),
    errors: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        description:
          'Percentage points by which more requests may fail than with the release before; 5 when absent.',
      }),
    ),
    latency: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'Percent by which the 95th percentile of a canary may be slower; 50 when absent.',
      }),
    ),
    requests: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description: 'Requests that must have been counted before anything is judged; 20 when absent.',
      }),
    ),
  },
  { additionalProperties: false, description: 'How a new release takes over.' },
);

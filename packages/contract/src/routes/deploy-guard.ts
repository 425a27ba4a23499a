import Type, { type Static } from 'typebox';

/** Under which conditions a deploy or a rollback may begin. */
export const DeployGuardSchema = Type.Object(
  {
    waitSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 86_400,
        description:
          'How long to queue when the app is being deployed or locked; refused at once when absent.',
      }),
    ),
    expect: Type.Optional(
      Type.Object(
        {
          release: Type.Union([Type.Integer(), Type.Null()], {
            description: 'Version that must be live; null: none.',
          }),
          config: Type.Union([Type.String(), Type.Null()], {
            description: 'Id of the set of variables that the app must have; null: none.',
          }),
        },
        {
          additionalProperties: false,
          description: 'Refused with `plan_stale` when the app is not as it says. Excludes waiting.',
        },
      ),
    ),
  },
  { additionalProperties: false, description: 'When it may begin.' },
);

export type DeployGuard = Static<typeof DeployGuardSchema>;

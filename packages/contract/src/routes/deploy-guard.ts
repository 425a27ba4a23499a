import Type, { type Static } from 'typebox';

/** As what and under which conditions a deploy or a rollback may begin. */
export const DeployGuardSchema = Type.Object(
  {
    id: Type.Optional(
      Type.String({
        pattern: '^dep_[0-9a-hjkmnp-tv-z]{14}$',
        description:
          'Id that the client has chosen for the deploy. Asked for again with it, as after a connection that broke, the answer is the deploy there is.',
      }),
    ),
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
  { additionalProperties: false, description: 'As what and when it may begin.' },
);

export type DeployGuard = Static<typeof DeployGuardSchema>;

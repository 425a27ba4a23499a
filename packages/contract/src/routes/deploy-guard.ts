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
  },
  { additionalProperties: false, description: 'When it may begin.' },
);

export type DeployGuard = Static<typeof DeployGuardSchema>;

import Type, { type Static } from 'typebox';

/** `deploy-events`: every event of one deploy from its beginning; ends with its `done` event. */
export const DeployEventsParamsSchema = Type.Object(
  {
    deploy: Type.String({ description: 'Id of the deploy.' }),
    after: Type.Optional(
      Type.Integer({ description: 'How many events to leave out, which were seen already.' }),
    ),
  },
  { $id: 'DeployEventsParams', description: 'Opens the events of a deploy.' },
);

export type DeployEventsParams = Static<typeof DeployEventsParamsSchema>;

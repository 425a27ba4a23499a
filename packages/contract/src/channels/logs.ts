import Type, { type Static } from 'typebox';
import { LogQuerySchema } from '../log-query.ts';

/**
 * `logs`: history and live lines of one app or build, one path for both. Ends by itself without `follow`, and
 * with a build. With `positions` the first record is a position, and more come while nothing matches.
 */
export const LogsParamsSchema = Type.Object(
  {
    app: Type.Optional(
      Type.String({ description: 'Name of the app; needed unless `build` or `network` is given.' }),
    ),
    network: Type.Optional(
      Type.String({
        description: 'Name of a network: its `events`, or with `edge` what no app answered to.',
      }),
    ),
    store: Type.Optional(
      Type.Enum(['app', 'edge', 'events'], {
        description:
          'Which log: what the app printed (when absent), the requests to it, or what happened to it.',
      }),
    ),
    build: Type.Optional(
      Type.String({ description: 'Id of a build: its log instead of the log of the app.' }),
    ),
    follow: Type.Optional(Type.Boolean({ description: 'Go on with new lines as they come.' })),
    tail: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000,
        description: 'Begin this many lines that match before the end; everything when absent.',
      }),
    ),
    after: Type.Optional(
      Type.String({ description: 'Begin behind this cursor, in the direction of reading; excludes `tail`.' }),
    ),
    reverse: Type.Optional(
      Type.Boolean({
        description: 'Newest first, the `tail` newest ones if that is given; excludes `follow`.',
      }),
    ),
    query: Type.Optional(LogQuerySchema),
    positions: Type.Optional(
      Type.Boolean({ description: 'Tell how far reading has come also where nothing matches.' }),
    ),
  },
  { $id: 'LogsParams', description: 'Opens a log.' },
);

export type LogsParams = Static<typeof LogsParamsSchema>;

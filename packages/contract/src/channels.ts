import Type, { type Static, type TSchema } from 'typebox';
import type { Access } from './access.ts';
import { LogQuerySchema } from './log-query.ts';
import { LogPositionSchema, LogRecordSchema } from './log-record.ts';
import { DeployEventSchema, NameSchema } from './resources.ts';

/**
 * What a channel of the multiplexed WebSocket (`GET /v1/connect`) can be opened as. The frames are
 * described in `packages/wire`; here is what travels in OPEN, ACCEPT, CONTROL and EXIT.
 */

/** Streams of a channel. Record channels send NDJSON on `records`. */
export const ChannelStream = { stdin: 0, stdout: 1, stderr: 2, records: 3 } as const;
export type ChannelStream = (typeof ChannelStream)[keyof typeof ChannelStream];

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

/** `command`: runs a program in an instance of an app; streams stdin, stdout, stderr; ends with EXIT. */
export const CommandParamsSchema = Type.Object(
  {
    app: NameSchema,
    process: Type.Optional(NameSchema),
    instance: Type.Optional(Type.String({ description: 'As `web.1`; the first running one when absent.' })),
    argv: Type.Array(Type.String(), { minItems: 1, description: 'The argument vector, passed on exactly.' }),
    env: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'Added to the environment of the app.' }),
    ),
  },
  { $id: 'CommandParams', description: 'Runs a program in an instance.' },
);

/** Answer to an accepted `command`. */
export const CommandAcceptedSchema = Type.Object(
  {
    session: Type.String({ description: 'Id of the session.' }),
    instance: Type.String({ description: 'Where it runs, as `web.1`.' }),
  },
  { $id: 'CommandAccepted', description: 'The program was started.' },
);

/** CONTROL message of a `command` channel, from the client. */
export const CommandControlSchema = Type.Object(
  {
    type: Type.Literal('signal'),
    signal: Type.String({
      pattern: '^SIG[A-Z0-9]+$',
      description: 'Name of a signal for the process group of the program.',
    }),
  },
  { $id: 'CommandControl', description: 'Sends a signal.' },
);

/** EXIT of a `command` channel. Its absence means that the outcome is not known; never 0. */
export const CommandExitSchema = Type.Object(
  {
    exitCode: Type.Integer({
      minimum: 0,
      maximum: 255,
      description: 'Exit code, 128 + n when ended by signal n.',
    }),
    signal: Type.Union([Type.String(), Type.Null()], {
      description: 'Signal that ended it; null otherwise.',
    }),
    stdoutBytes: Type.Integer({ description: 'Bytes of stdout sent; the receiver compares.' }),
    stderrBytes: Type.Integer({ description: 'Bytes of stderr sent; the receiver compares.' }),
  },
  { $id: 'CommandExit', description: 'How the program ended.' },
);

/** A kind of channel. */
interface ChannelKindEntry {
  /** What it takes; checked before the handler is called. A row of `docs/access.md` says the same. */
  readonly access: Exclude<Access, 'anyone'>;
  /** The audit action of opening it; null where that is not told. */
  readonly audit: string | null;
  readonly params: TSchema;
  readonly record?: TSchema;
  readonly accepted?: TSchema;
  readonly control?: TSchema;
  readonly exit?: TSchema;
}

export const channelKinds = {
  logs: {
    access: { verb: 'logs.read', on: 'app' },
    audit: 'logs.read',
    params: LogsParamsSchema,
    record: Type.Union([LogRecordSchema, LogPositionSchema]),
  },
  'deploy-events': {
    access: { verb: 'app.read', on: 'app' },
    audit: null,
    params: DeployEventsParamsSchema,
    record: DeployEventSchema,
  },
  command: {
    access: { verb: 'remote.run', on: 'app' },
    audit: 'command.run',
    params: CommandParamsSchema,
    accepted: CommandAcceptedSchema,
    control: CommandControlSchema,
    exit: CommandExitSchema,
  },
} as const satisfies Record<string, ChannelKindEntry>;

export type ChannelKind = keyof typeof channelKinds;
export type LogsParams = Static<typeof LogsParamsSchema>;
export type DeployEventsParams = Static<typeof DeployEventsParamsSchema>;
export type CommandParams = Static<typeof CommandParamsSchema>;
export type CommandAccepted = Static<typeof CommandAcceptedSchema>;
export type CommandControl = Static<typeof CommandControlSchema>;
export type CommandExit = Static<typeof CommandExitSchema>;

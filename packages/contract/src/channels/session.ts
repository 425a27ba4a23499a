import Type, { type Static } from 'typebox';
import { NameSchema } from '../resources/names.ts';

/**
 * What the channels of a session have in common: `shell` and `command` begin one, `attach` comes back to one
 * or watches it. A session has one byte offset per stream from its beginning; each channel counts from 0, and
 * ACCEPT says which offset of the session its 0 is.
 */

const offset = (description: string) => Type.Integer({ minimum: 0, description });

export const TerminalSizeSchema = Type.Object(
  {
    columns: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Characters in a line.' }),
    rows: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Lines.' }),
  },
  { $id: 'TerminalSize', description: 'Size of a terminal.' },
);

/** A session has a terminal of this kind and size; without one it has three pipes. */
export const TerminalSchema = Type.Object(
  {
    columns: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Characters in a line.' }),
    rows: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Lines.' }),
    term: Type.String({
      maxLength: 64,
      pattern: '^[A-Za-z0-9._+-]+$',
      description: 'Becomes `TERM`, as `xterm-256color`.',
    }),
    colorTerm: Type.Optional(
      Type.String({ maxLength: 64, pattern: '^[A-Za-z0-9._+-]*$', description: 'Becomes `COLORTERM`.' }),
    ),
  },
  { $id: 'Terminal', description: 'The terminal of the client.' },
);

/** Parameters that `shell` and `command` share. */
export const sessionStart = {
  process: Type.Optional(NameSchema),
  instance: Type.Optional(
    Type.String({ maxLength: 60, description: 'As `web.1`; the first running one when absent.' }),
  ),
  release: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Of this release: a running instance of it, or with `new` any.',
    }),
  ),
  new: Type.Optional(
    Type.Boolean({ description: 'In a fresh one-off instance of the release instead of a running one.' }),
  ),
  user: Type.Optional(
    Type.String({ maxLength: 64, description: 'As this user inside, where the engine has it.' }),
  ),
  cwd: Type.Optional(
    Type.String({ maxLength: 4096, description: 'Folder to begin in, relative to that of the app.' }),
  ),
  env: Type.Optional(
    Type.Record(Type.String(), Type.String(), { description: 'Added to the environment of the app.' }),
  ),
  reason: Type.Optional(
    Type.String({
      maxLength: 500,
      description: 'Why; kept in the audit log, needed where a policy says so.',
    }),
  ),
  approval: Type.Optional(
    Type.String({ maxLength: 100, description: 'Id of the approval by somebody else, where one is needed.' }),
  ),
  record: Type.Optional(Type.Boolean({ description: 'Recorded, also where no policy asks for it.' })),
  detach: Type.Optional(
    Type.Boolean({ description: 'Goes on when nobody is attached, until it ends or its time is over.' }),
  ),
};

export const SessionLimitsSchema = Type.Object(
  {
    reconnectSeconds: Type.Integer({ description: 'How long it waits for a client that was lost.' }),
    detachedSeconds: Type.Integer({
      description: 'How long it lives with nobody attached, once left on purpose.',
    }),
    idleSeconds: Type.Union([Type.Integer(), Type.Null()], {
      description: 'How long without a byte either way; null for any time.',
    }),
    maximumSeconds: Type.Union([Type.Integer(), Type.Null()], {
      description: 'How long in all; null for any time.',
    }),
  },
  { $id: 'SessionLimits', description: 'When the platform ends a session by itself.' },
);

export const SessionModeSchema = Type.Enum(['write', 'read'], {
  description: '`write`: what is typed goes to the program. `read`: watching.',
});

/** ACCEPT of `shell`, `command` and `attach`. */
export const SessionAcceptedSchema = Type.Object(
  {
    session: Type.String({ description: 'Id of the session.' }),
    instance: Type.String({ description: 'Where it runs, as `web.1`; empty in a network.' }),
    client: Type.String({
      description: 'Id of this client in the session: `attach` with it goes on instead of beginning anew.',
    }),
    mode: SessionModeSchema,
    terminal: Type.Boolean({ description: 'Whether it has a terminal: then there is no `stderr`.' }),
    offsets: Type.Object(
      {
        stdin: offset('Bytes of this client that have reached the program: send on from here.'),
        stdout: offset('Offset of the first byte that this channel sends.'),
        stderr: offset('The same of `stderr`.'),
      },
      { description: 'Where the streams of this channel begin.' },
    ),
    redraw: Type.Optional(
      offset(
        'So many bytes at the beginning of stdout draw the screen of the terminal as it is. They are no output of the program: `offsets` counts from behind them, and EXIT leaves them out.',
      ),
    ),
    limits: SessionLimitsSchema,
    recorded: Type.Boolean({ description: 'Whether output is recorded.' }),
  },
  { $id: 'SessionAccepted', description: 'The session has begun, or goes on.' },
);

/** CONTROL to a session. */
export const SessionControlSchema = Type.Union(
  [
    Type.Object({
      type: Type.Literal('signal'),
      signal: Type.String({
        pattern: '^SIG[A-Z0-9]+$',
        description:
          'Name of a signal for the process group of the program, or for the foreground of its terminal.',
      }),
    }),
    Type.Object({
      type: Type.Literal('resize'),
      columns: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Characters in a line.' }),
      rows: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Lines.' }),
    }),
    Type.Object(
      {
        type: Type.Literal('detach'),
        behindInput: Type.Optional(
          Type.Boolean({
            description: 'Not before the end of its stdin has reached the program: messages overtake bytes.',
          }),
        ),
      },
      { description: 'Leaves, and the session goes on: EXIT with `left` follows.' },
    ),
  ],
  { $id: 'SessionControl', description: 'Tells a session something.' },
);

/** CONTROL from a session. */
export const SessionNoticeSchema = Type.Union(
  [
    Type.Object(
      {
        type: Type.Literal('input'),
        received: offset('Bytes of this client that have reached the program.'),
      },
      { description: 'At most every 64 KiB or 50 ms: what a client need not keep for sending again.' },
    ),
    Type.Object(
      {
        type: Type.Literal('gap'),
        stream: Type.Enum(['stdout', 'stderr'], { description: 'Of which stream.' }),
        from: offset('Offset of the first byte that is not kept any more.'),
        to: offset('Offset at which this channel goes on.'),
      },
      { description: 'Output was dropped because nobody took it. Comes before the bytes behind it.' },
    ),
    Type.Object(
      {
        type: Type.Literal('ending'),
        why: Type.Enum(['idle', 'maximum', 'detached'], { description: 'Which limit.' }),
        seconds: Type.Integer({ description: 'In how many seconds.' }),
      },
      { description: 'A limit is near.' },
    ),
    Type.Object(
      {
        type: Type.Literal('mode'),
        mode: SessionModeSchema,
        by: Type.String({ description: 'User who took it.' }),
      },
      { description: 'Somebody took over, or gave back, writing.' },
    ),
    Type.Object(
      {
        type: Type.Literal('resized'),
        columns: Type.Integer({ description: 'Characters in a line.' }),
        rows: Type.Integer({ description: 'Lines.' }),
      },
      { description: 'The one who writes has another size: for those who watch.' },
    ),
  ],
  { $id: 'SessionNotice', description: 'A session tells its client something.' },
);

/** Why a session ended. */
export const SessionEndSchema = Type.Enum(
  [
    'exited',
    'killed',
    'lost',
    'idle',
    'maximum',
    'detached',
    'revoked',
    'target-gone',
    'timeout',
    'unrecorded',
    'abandoned',
  ],
  {
    description:
      '`exited`: by itself or by a signal from its client. `killed`: with `sessions kill`. `lost`: its client did not come back. `idle`, `maximum`, `detached`: a limit. `revoked`: its user may not any more. `target-gone`: its instance ended. `timeout`: that of the command. `unrecorded`: it must be recorded and could not be any more. `abandoned`: the supervisor died.',
  },
);

/** EXIT of a channel of a session. Its absence means that the outcome is not known; never 0. */
export const SessionExitSchema = Type.Union(
  [
    Type.Object({
      exitCode: Type.Integer({
        minimum: 0,
        maximum: 255,
        description: 'Exit code, 128 + n when ended by signal n.',
      }),
      signal: Type.Union([Type.String(), Type.Null()], {
        description: 'Signal that ended it; null otherwise.',
      }),
      stdoutBytes: offset('Bytes of stdout since the session began; the receiver compares.'),
      stderrBytes: offset('Bytes of stderr since the session began; the receiver compares.'),
      end: SessionEndSchema,
    }),
    Type.Object(
      { left: Type.Enum(['detached', 'stolen'], { description: 'Why this client is out.' }) },
      { description: 'The session goes on without this client.' },
    ),
  ],
  { $id: 'SessionExit', description: 'How the session ended for this client.' },
);

export type TerminalSize = Static<typeof TerminalSizeSchema>;
export type Terminal = Static<typeof TerminalSchema>;
export type SessionLimits = Static<typeof SessionLimitsSchema>;
export type SessionMode = Static<typeof SessionModeSchema>;
export type SessionAccepted = Static<typeof SessionAcceptedSchema>;
export type SessionControl = Static<typeof SessionControlSchema>;
export type SessionNotice = Static<typeof SessionNoticeSchema>;
export type SessionEnd = Static<typeof SessionEndSchema>;
export type SessionExit = Static<typeof SessionExitSchema>;

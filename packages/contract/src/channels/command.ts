import Type, { type Static } from 'typebox';
import { NameSchema } from '../resources/names.ts';
import { sessionStart, TerminalSchema } from './session.ts';

/**
 * `command`: runs a program in an instance of an app. Streams stdin, stdout, stderr (with `terminal` no
 * stderr); ACCEPT, CONTROL and EXIT are those of a session.
 */
export const CommandParamsSchema = Type.Object(
  {
    app: NameSchema,
    ...sessionStart,
    argv: Type.Array(Type.String(), { minItems: 1, description: 'The argument vector, passed on exactly.' }),
    terminal: Type.Optional(TerminalSchema),
    timeoutMs: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Ended by SIGTERM, and by SIGKILL 5 s later, after so long.' }),
    ),
  },
  { $id: 'CommandParams', description: 'Runs a program in an instance.' },
);

export type CommandParams = Static<typeof CommandParamsSchema>;

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

export type CommandAccepted = Static<typeof CommandAcceptedSchema>;
export type CommandControl = Static<typeof CommandControlSchema>;
export type CommandExit = Static<typeof CommandExitSchema>;

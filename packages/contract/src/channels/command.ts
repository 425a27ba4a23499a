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

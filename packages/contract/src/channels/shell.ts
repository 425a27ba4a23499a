import Type, { type Static } from 'typebox';
import { NameSchema } from '../resources/names.ts';
import { sessionStart, TerminalSchema } from './session.ts';

/**
 * `shell`: an interactive shell in an instance of an app, or in a network where every app resolves. Which
 * shell is the platform's choice. Streams, ACCEPT, CONTROL and EXIT are those of a session.
 */
export const ShellParamsSchema = Type.Object(
  {
    app: Type.Optional(NameSchema),
    network: Type.Optional(
      Type.String({ description: 'Name of a network, instead of an app: a shell beside its apps.' }),
    ),
    ...sessionStart,
    terminal: TerminalSchema,
  },
  { $id: 'ShellParams', description: 'Opens a shell.' },
);

export type ShellParams = Static<typeof ShellParamsSchema>;

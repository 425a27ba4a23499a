import Type, { type Static } from 'typebox';
import { SessionModeSchema, TerminalSchema } from './session.ts';

const offset = (description: string) => Type.Integer({ minimum: 0, description });

/**
 * `attach`: comes to a live session. With `client` and `from` it goes on after a loss, byte for byte; without
 * them a terminal is redrawn: its screen and modes come as output, and other output from the oldest byte kept.
 */
export const AttachParamsSchema = Type.Object(
  {
    session: Type.String({ maxLength: 100, description: 'Id of the session.' }),
    mode: Type.Optional(SessionModeSchema),
    steal: Type.Optional(
      Type.Boolean({
        description: 'Those who write are turned into watchers; without it `write` is refused then.',
      }),
    ),
    client: Type.Optional(
      Type.String({
        maxLength: 100,
        description: 'Id that ACCEPT gave this client before; of the same user.',
      }),
    ),
    from: Type.Optional(
      Type.Object(
        { stdout: offset('Bytes of stdout it has.'), stderr: offset('Bytes of stderr it has.') },
        { description: 'What the client has taken already, counted from the beginning of the session.' },
      ),
    ),
    terminal: Type.Optional(TerminalSchema),
    reason: Type.Optional(Type.String({ maxLength: 500, description: 'Why; kept in the audit log.' })),
  },
  { $id: 'AttachParams', description: 'Attaches to a session.' },
);

export type AttachParams = Static<typeof AttachParamsSchema>;

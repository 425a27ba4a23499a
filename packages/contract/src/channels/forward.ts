import Type, { type Static } from 'typebox';
import { NameSchema } from '../resources/names.ts';

/**
 * `forward`: one TCP connection to a port of an instance, opened when ACCEPT comes. Stream `stdin` goes there,
 * `stdout` comes back, and EOF on one leaves the other open, as the halves of a TCP connection.
 */
export const ForwardParamsSchema = Type.Object(
  {
    app: NameSchema,
    process: Type.Optional(NameSchema),
    instance: Type.Optional(Type.String({ maxLength: 60, description: 'As `web.1`.' })),
    port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        description:
          'On the side of the app: one that it listens on. When absent, the `PORT` of the instance.',
      }),
    ),
    check: Type.Optional(
      Type.Boolean({ description: 'Finds out whether it may and where it goes, and connects to nothing.' }),
    ),
    reason: Type.Optional(Type.String({ maxLength: 500, description: 'Why; kept in the audit log.' })),
    approval: Type.Optional(Type.String({ maxLength: 100, description: 'Id of an approval.' })),
  },
  { $id: 'ForwardParams', description: 'Connects to a port of an app.' },
);

/** ACCEPT of `forward`. */
export const ForwardAcceptedSchema = Type.Object(
  {
    instance: Type.String({ description: 'Where it goes, as `web.1`.' }),
    port: Type.Integer({ description: 'Port there.' }),
  },
  { $id: 'ForwardAccepted', description: 'The connection is there.' },
);

export type ForwardAccepted = Static<typeof ForwardAcceptedSchema>;
export type ForwardParams = Static<typeof ForwardParamsSchema>;

import Type, { type Static } from 'typebox';
import { NameSchema } from '../resources/names.ts';

/**
 * `forward`, of two uses. Without `forward` it begins one: whether it may and where it goes is found out, ACCEPT
 * gives its id, and it lives until the channel ends; no stream is used. With `forward` it is one TCP connection
 * of it, made when ACCEPT comes: stream `stdin` goes there, `stdout` comes back, EOF on one leaves the other open,
 * as the halves of a TCP connection, and an end with an error is its RST.
 */
export const ForwardParamsSchema = Type.Object(
  {
    app: NameSchema,
    forward: Type.Optional(
      Type.String({
        maxLength: 100,
        description: 'Id of a forward of the same user: connects, wherever that one goes.',
      }),
    ),
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
    reason: Type.Optional(Type.String({ maxLength: 500, description: 'Why; kept in the audit log.' })),
    approval: Type.Optional(Type.String({ maxLength: 100, description: 'Id of an approval.' })),
  },
  { $id: 'ForwardParams', description: 'Begins a forward, or connects through one.' },
);

/** ACCEPT of `forward`. */
export const ForwardAcceptedSchema = Type.Object(
  {
    forward: Type.String({ description: 'Id of the forward.' }),
    instance: Type.Union([Type.String(), Type.Null()], {
      description: 'Where it goes, as `web.1`; null while nothing there listens.',
    }),
    port: Type.Union([Type.Integer(), Type.Null()], { description: 'Port there; null as well.' }),
    problem: Type.Union(
      [
        Type.Object({
          code: Type.String({ description: 'Code of the error.' }),
          message: Type.String({ description: 'What is wrong.' }),
          hint: Type.String({ description: 'What to do about it.' }),
        }),
        Type.Null(),
      ],
      { description: 'Why connections would be refused as things are; null when they would not.' },
    ),
  },
  { $id: 'ForwardAccepted', description: 'The forward has begun, or the connection is there.' },
);

export type ForwardAccepted = Static<typeof ForwardAcceptedSchema>;
export type ForwardParams = Static<typeof ForwardParamsSchema>;

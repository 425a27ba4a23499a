import { description, literals, nullable, Type } from '@rig-ops/contract/schema';

const local = Type.String(description('Where it listens, as `127.0.0.1:5432`.'));
const remote = Type.String(
  description('The port or process, as it was asked for; empty for the PORT of the app.'),
);
const connection = Type.Integer(description('Number of the connection, from 1.'));

export const recordSchema = Type.Union([
  Type.Object({
    type: Type.Literal('listening'),
    local,
    port: Type.Integer(description('Its port.')),
    remote,
    instance: nullable(
      Type.String(),
      'Where connections go now, as `web.1`; null while nothing listens there.',
    ),
    remotePort: nullable(Type.Integer(), 'Port there; null while nothing listens there.'),
  }),
  Type.Object({
    type: Type.Literal('connection'),
    connection,
    local,
    remote,
    from: Type.String(description('Who connected, as `127.0.0.1:40312`.')),
    instance: Type.String(description('Where it goes, as `web.1`.')),
    remotePort: Type.Integer(description('Port there.')),
  }),
  Type.Object({
    type: Type.Literal('closed'),
    connection,
    sent: Type.Integer(description('Bytes to the app.')),
    received: Type.Integer(description('Bytes from the app.')),
    code: nullable(Type.String(), 'Code of the error that broke it; null for an end in order.'),
    message: nullable(Type.String(), 'Why it broke; null for an end in order.'),
  }),
  Type.Object({
    type: Type.Literal('failed'),
    connection: nullable(
      Type.Integer(),
      'Number of the connection; null for what was found before there was one.',
    ),
    local,
    remote,
    code: Type.String(description('Code of the error.')),
    message: Type.String(description('Why.')),
    hint: Type.String(description('What to do about it.')),
  }),
  Type.Object({
    type: literals(['lost', 'back'], 'The connection to the platform was lost, or is there again.'),
    message: Type.String(description('The same for people.')),
  }),
]);

import Type, { type Static } from 'typebox';
import { literals, nullable } from './resources/describe.ts';

const milliseconds = (text: string) => Type.Number({ description: `${text}, in milliseconds.` });

/** How a request ended, as the edge saw it. */
export const AccessOutcomeSchema = literals(
  [
    'answered',
    'client-gone',
    'broken',
    'refused',
    'timed-out',
    'reset',
    'no-instance',
    'no-route',
    'bad-request',
  ],
  '`answered`: whole; `client-gone`: the client left before that; `broken`: the instance broke its answer ' +
    'off; `refused`, `timed-out`, `reset`: no instance took it; `no-instance`: none runs; `no-route`: no app ' +
    'answers to the name; `bad-request`: it was no HTTP.',
);

/** One line of a network log: a request, or a connection upgraded by one, once it has ended. */
export const AccessRequestSchema = Type.Object(
  {
    type: Type.Literal('request'),
    requestId: Type.String({ description: 'As in the header `X-Request-Id`, on both sides of the edge.' }),
    method: Type.String({ description: 'As `GET`; empty where there was no request to read.' }),
    host: Type.String({ description: 'What the client named as host.' }),
    path: Type.String({
      description: 'Without its query, which may carry secrets; cut at 2,048 characters.',
    }),
    status: Type.Integer({ description: 'HTTP status the client got; 0 where it got none.' }),
    outcome: AccessOutcomeSchema,
    bytesIn: Type.Integer({ description: 'Bytes received for it, its head included.' }),
    bytesOut: Type.Integer({ description: 'Bytes sent for it, the head of the answer included.' }),
    connectMs: nullable(
      milliseconds('From its beginning until an instance took the connection'),
      'Null where none did.',
    ),
    firstByteMs: nullable(
      milliseconds('From its beginning until the head of the answer'),
      'Null where there was no answer.',
    ),
    totalMs: milliseconds('From its beginning to its end'),
    instance: nullable(Type.String(), 'What answered, as `web.1`; null where nothing did.'),
    protocol: Type.String({
      description: '`HTTP/1.1`, `HTTP/1.0`, or what it was upgraded to, as `websocket`.',
    }),
    client: Type.String({ description: 'Address of the client.' }),
  },
  { $id: 'AccessRequest', description: 'One request at the edge.' },
);

/** One line of a network log: an instance did not take a connection; the request may have gone to another. */
export const AccessConnectionSchema = Type.Object(
  {
    type: Type.Literal('connection'),
    requestId: Type.String({ description: 'The request it was for.' }),
    problem: literals(['refused', 'timed-out', 'reset'], 'What became of the connection.'),
    instance: Type.String({ description: 'As `web.1`.' }),
  },
  { $id: 'AccessConnection', description: 'A connection to an instance that failed.' },
);

export const AccessRecordSchema = Type.Union([AccessRequestSchema, AccessConnectionSchema]);

export type AccessOutcome = Static<typeof AccessOutcomeSchema>;
export type AccessRequest = Static<typeof AccessRequestSchema>;
export type AccessConnection = Static<typeof AccessConnectionSchema>;
export type AccessRecord = Static<typeof AccessRecordSchema>;

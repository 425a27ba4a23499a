import Type, { type Static } from 'typebox';
import { description, literals, nullable, timestamp } from './describe.ts';

export const AuditEventSchema = Type.Object(
  {
    id: Type.Integer(description('1, 2, … in the order they were recorded.')),
    at: timestamp('When it happened'),
    user: Type.String(description('Who.')),
    action: Type.String(description('What, as `app.create` or `command.run`.')),
    target: Type.String(description('To what, as `app/web-shop`.')),
    result: literals(['started', 'succeeded', 'refused', 'failed'], 'How it ended.'),
    errorCode: nullable(Type.String(), 'Code of the error it ended with; null otherwise.'),
    client: Type.String(description('Address it came from; `local` for the unix socket.')),
    invocationId: nullable(
      Type.String(),
      'The client command it belongs to; null when the client did not say.',
    ),
    requestId: Type.String(description('The API request it belongs to.')),
    details: Type.Record(Type.String(), Type.Unknown(), description('What else was asked; never a secret.')),
  },
  { $id: 'AuditEvent', description: 'Who did what to which target from where, and how it ended.' },
);

export type AuditEvent = Static<typeof AuditEventSchema>;

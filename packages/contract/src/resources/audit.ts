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

export const AuditRetentionSchema = Type.Object(
  {
    days: Type.Integer({
      minimum: 1,
      maximum: 36_500,
      ...description('Records older than this are removed.'),
    }),
    records: Type.Integer({
      minimum: 100,
      maximum: 100_000_000,
      ...description('The newest so many are kept.'),
    }),
  },
  {
    $id: 'AuditRetention',
    additionalProperties: false,
    description: 'How long audit records are kept; whichever is reached first.',
  },
);

const identifying = {
  platform: Type.String(description('Id of the platform.')),
  publicKey: Type.String(description('Ed25519 key of its checkpoints: SPKI in DER, base64.')),
};

export const AuditChainSchema = Type.Object(
  {
    ...identifying,
    records: Type.Array(
      Type.Object({
        hash: Type.String(description('SHA-256 in hex over the hash before, a newline and the record.')),
        record: Type.String(description('An AuditEvent in canonical JSON, to the byte.')),
      }),
      description('Links of the chain in their order.'),
    ),
    head: Type.Integer(description('The newest record there is.')),
  },
  { $id: 'AuditChain', description: 'A part of the chain of audit records.' },
);

export const AuditCheckpointsSchema = Type.Object(
  {
    ...identifying,
    checkpoints: Type.Array(Type.String(), description('Signed statements, each a line of canonical JSON.')),
    head: Type.Integer(description('The newest record there is.')),
  },
  { $id: 'AuditCheckpoints', description: 'What the platform has signed of its audit log.' },
);

export type AuditRetention = Static<typeof AuditRetentionSchema>;
export type AuditChain = Static<typeof AuditChainSchema>;
export type AuditCheckpoints = Static<typeof AuditCheckpointsSchema>;

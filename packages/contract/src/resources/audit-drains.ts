import Type, { type Static } from 'typebox';
import { description, nullable, timestamp } from './describe.ts';
import { NameSchema } from './names.ts';

const url = Type.String({
  maxLength: 500,
  ...description('`syslog://HOST:PORT`, `syslog+tls://HOST:PORT`, or `https://HOST:PORT[/PATH]` for OTLP.'),
});

export const NewAuditDrainSchema = Type.Object(
  {
    name: NameSchema,
    url,
    headers: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z0-9!#$%&*+.^_|~-]{1,100}$' }),
        Type.String({ maxLength: 8_000, pattern: '^[\\t\\x20-\\x7e]*$' }),
        {
          additionalProperties: false,
          maxProperties: 20,
          ...description('Sent with each request; credentials among them. Never shown again.'),
        },
      ),
    ),
    ca: Type.Optional(
      Type.String({
        maxLength: 200_000,
        ...description('Certificates (PEM) to trust instead of those of the system.'),
      }),
    ),
    allowPrivate: Type.Optional(
      Type.Boolean(description('Whether addresses of the platform and of private networks may be reached.')),
    ),
    fromStart: Type.Optional(
      Type.Boolean(description('Begin with the oldest record there is, not with the next.')),
    ),
  },
  { $id: 'NewAuditDrain', additionalProperties: false, description: 'Where to send audit records.' },
);

export const AuditDrainSchema = Type.Object(
  {
    name: NameSchema,
    url,
    headerNames: Type.Array(Type.String(), description('Names of the headers that are sent along.')),
    allowPrivate: Type.Boolean(
      description('Whether addresses of the platform and of private networks may be reached.'),
    ),
    createdAt: timestamp('When it was added'),
    position: Type.Integer(description('The last record the receiver has taken.')),
    lag: Type.Integer(description('Records it has yet to be sent.')),
    lastSentAt: nullable(
      Type.String({ format: 'date-time' }),
      'When records were last taken since rigd started; null before.',
    ),
    failures: Type.Integer(description('Attempts that failed since the last that did not.')),
    rejected: Type.Integer(description('Records the receiver threw away since rigd started.')),
    lastError: nullable(Type.String(), 'Why the last attempt failed; null when it did not.'),
  },
  { $id: 'AuditDrain', description: 'Where audit records are sent, and how that goes.' },
);

/** What commands answer that are about one drain, of logs or of the audit log. */
export const DrainTestedSchema = Type.Object({
  name: NameSchema,
  taken: Type.Literal(true, description('The receiver has taken what was sent.')),
});

export const DrainRemovedSchema = Type.Object({
  name: NameSchema,
  removed: Type.Literal(true, description('Nothing is sent any more.')),
});

export type NewAuditDrain = Static<typeof NewAuditDrainSchema>;
export type AuditDrain = Static<typeof AuditDrainSchema>;
export type DrainTested = Static<typeof DrainTestedSchema>;
export type DrainRemoved = Static<typeof DrainRemovedSchema>;

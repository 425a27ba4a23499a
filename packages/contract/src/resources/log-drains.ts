import Type, { type Static } from 'typebox';
import { NewAuditDrainSchema } from './audit-drains.ts';
import { description, nullable, timestamp } from './describe.ts';
import { NameSchema } from './names.ts';

const { name, headers, ca, allowPrivate } = NewAuditDrainSchema.properties;
const target = Type.String({
  maxLength: 100,
  ...description('Whose logs: `app/NAME`, or `network/NAME` for every app of it, also those to come.'),
});
const url = Type.String({
  maxLength: 500,
  ...description(
    '`syslog://HOST:PORT`, `syslog+tls://HOST:PORT`, `https://HOST:PORT[/PATH]` for OTLP, `https+ndjson://HOST[/PATH]` ' +
      'for lines of JSON.',
  ),
});

export const NewLogDrainSchema = Type.Object(
  {
    name,
    target,
    url,
    headers,
    ca,
    allowPrivate,
    fromStart: Type.Optional(
      Type.Boolean(description('Begin with the oldest line there is, not with the next.')),
    ),
  },
  { $id: 'NewLogDrain', additionalProperties: false, description: 'Where to send logs.' },
);

export const LogDrainSchema = Type.Object(
  {
    name: NameSchema,
    target,
    url,
    headerNames: Type.Array(Type.String(), description('Names of the headers that are sent along.')),
    allowPrivate: Type.Boolean(
      description('Whether addresses of the platform and of private networks may be reached.'),
    ),
    createdAt: timestamp('When it was added'),
    logs: Type.Integer(description('How many logs it sends: what an app prints, and the requests to it.')),
    lag: Type.Integer(description('Lines the receiver has yet to be sent.')),
    lastSentAt: nullable(
      Type.String({ format: 'date-time' }),
      'When lines were last taken since rigd started; null before.',
    ),
    failures: Type.Integer(
      description('Attempts that failed since the last that did not; of all its logs the most.'),
    ),
    rejected: Type.Integer(description('Lines the receiver threw away since rigd started.')),
    lastError: nullable(Type.String(), 'Why the last attempt failed; null when it did not.'),
  },
  { $id: 'LogDrain', description: 'Where logs are sent, and how that goes.' },
);

export type NewLogDrain = Static<typeof NewLogDrainSchema>;
export type LogDrain = Static<typeof LogDrainSchema>;

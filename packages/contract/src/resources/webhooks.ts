import Type, { type Static } from 'typebox';
import { KIND_PATTERN } from '../event-kinds.ts';
import { NewAuditDrainSchema } from './audit-drains.ts';
import { description, literals, nullable, timestamp } from './describe.ts';
import { NameSchema } from './names.ts';

const { headers, ca, allowPrivate } = NewAuditDrainSchema.properties;
const url = Type.String({ maxLength: 500, ...description('`https://HOST[:PORT][/PATH]`.') });
const events = Type.Array(Type.String({ pattern: KIND_PATTERN }), {
  minItems: 1,
  maxItems: 50,
  ...description('Kinds of events that are sent: `release.live`, `instance.*`, `*`.'),
});

/** As the Standard Webhooks specification writes them: 24 to 64 random bytes in base64 behind `whsec_`. */
export const WebhookSecretSchema = Type.String({
  pattern: '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$',
  ...description('The secret that messages are signed with: `whsec_` and 24 to 64 bytes in base64.'),
});

export const NewWebhookSchema = Type.Object(
  {
    name: NameSchema,
    url,
    events,
    app: Type.Optional(NameSchema),
    network: Type.Optional(NameSchema),
    secret: Type.Optional(WebhookSecretSchema),
    headers,
    ca,
    allowPrivate,
  },
  { $id: 'NewWebhook', additionalProperties: false, description: 'Where to send events.' },
);

export const WebhookChangeSchema = Type.Object(
  {
    url: Type.Optional(url),
    events: Type.Optional(events),
    app: Type.Optional(nullable(NameSchema, 'Only events of this app; null for all.')),
    network: Type.Optional(nullable(NameSchema, 'Only events of this network and its apps; null for all.')),
    headers,
    ca: Type.Optional(nullable(Type.String(), 'Certificates (PEM) to trust; null for those of the system.')),
    allowPrivate,
  },
  {
    $id: 'WebhookChange',
    additionalProperties: false,
    minProperties: 1,
    description: 'What is to be otherwise; what is left out stays as it is.',
  },
);

const webhook = {
  name: NameSchema,
  url,
  events,
  app: nullable(NameSchema, 'Only events of the app of this name; null for all.'),
  network: nullable(NameSchema, 'Only events of this network and its apps; null for all.'),
  headerNames: Type.Array(Type.String(), description('Names of the headers that are sent along.')),
  allowPrivate: Type.Boolean(
    description('Whether addresses of the platform and of private networks may be reached.'),
  ),
  state: literals(
    ['active', 'paused', 'disabled'],
    '`paused` by somebody, `disabled` by the platform because nothing arrives.',
  ),
  reason: nullable(Type.String(), 'Why it is disabled; null otherwise.'),
  createdAt: timestamp('When it was added'),
  createdBy: Type.String(description('Who added it.')),
  secrets: Type.Array(
    Type.Object({
      createdAt: timestamp('When it was taken into use'),
      expiresAt: nullable(
        Type.String({ format: 'date-time' }),
        'Until when messages are signed with it, too; null for the newest.',
      ),
    }),
    description('Secrets that messages are signed with, the newest first; never what they are.'),
  ),
  waiting: Type.Integer(description('Deliveries that wait for an attempt.')),
  failed: Type.Integer(description('Deliveries that were given up and are kept.')),
  missed: Type.Integer(description('Events that were gone before they could be sent.')),
  failures: Type.Integer(description('Attempts that failed since the last that did not.')),
  failingSince: nullable(Type.String({ format: 'date-time' }), 'When the first of these failed.'),
  lastSuccessAt: nullable(Type.String({ format: 'date-time' }), 'When something last arrived.'),
  lastError: nullable(Type.String(), 'Why the last attempt failed; null when it did not.'),
};

export const WebhookSchema = Type.Object(webhook, {
  $id: 'Webhook',
  description: 'Where events are sent, and how that goes.',
});

export const WebhookWithSecretSchema = Type.Object(
  {
    ...webhook,
    secret: nullable(WebhookSecretSchema, 'The secret that was made; null when one was brought.'),
  },
  { $id: 'WebhookWithSecret', description: 'A webhook, and its new secret, which is not shown again.' },
);

const attempt = Type.Object({
  number: Type.Integer(description('1, 2, …')),
  at: timestamp('When it began'),
  cause: literals(['event', 'retry', 'redelivery', 'test'], 'Why it was made.'),
  durationMs: Type.Integer(description('How long it took.')),
  status: nullable(Type.Integer(), 'HTTP status of the answer; null without one.'),
  error: nullable(Type.String(), 'Why it failed; null when it did not.'),
  response: nullable(Type.String(), 'The beginning of the answer.'),
});

const delivery = {
  id: Type.String(description('The `webhook-id` of the message: the same at each attempt.')),
  event: nullable(Type.Integer(), 'Number of the event; null for a test.'),
  type: Type.String(description('Kind of the event, or `webhook.test`.')),
  state: literals(['waiting', 'delivered', 'failed'], 'How it stands.'),
  attempts: Type.Integer(description('Attempts that were made.')),
  status: nullable(Type.Integer(), 'HTTP status of the last attempt.'),
  durationMs: nullable(Type.Integer(), 'How long the last attempt took.'),
  lastError: nullable(Type.String(), 'Why the last attempt failed; null when it did not.'),
  dueAt: nullable(Type.String({ format: 'date-time' }), 'When the next attempt is made.'),
  createdAt: timestamp('When it was due first'),
  endedAt: nullable(Type.String({ format: 'date-time' }), 'When it arrived, or was given up.'),
};

export const WebhookDeliverySchema = Type.Object(delivery, {
  $id: 'WebhookDelivery',
  description: 'One message to a webhook.',
});

export const WebhookDeliveryDetailsSchema = Type.Object(
  {
    ...delivery,
    payload: Type.String(description('The body, as it is sent.')),
    tries: Type.Array(attempt, description('The latest 20 attempts, oldest first.')),
  },
  { $id: 'WebhookDeliveryDetails', description: 'One message with its attempts.' },
);

export const WebhookPayloadSchema = Type.Object(
  {
    type: Type.String(description('Kind of the event, as `release.live`; `webhook.test` for a test.')),
    timestamp: timestamp('When it happened'),
    version: Type.Literal(1, description('Of this shape, which only grows within a version.')),
    data: Type.Object(
      {
        platform: Type.String(description('Id of the platform.')),
        webhook: Type.String(description('Name of the webhook.')),
        event: nullable(Type.Integer(), 'Number of the event, by which they are in order; null for a test.'),
        app: nullable(Type.String(), 'The app it is about; null for the platform itself.'),
        network: nullable(Type.String(), 'The network of that app; null for the platform itself.'),
        user: nullable(Type.String(), 'Who did it; null where nobody did.'),
        message: Type.String(description('One line for people.')),
        details: Type.Record(
          Type.String(),
          Type.Unknown(),
          description('What programs need, by type; it only grows.'),
        ),
      },
      description('What happened.'),
    ),
  },
  { $id: 'WebhookPayload', description: 'Body of a message to a webhook.' },
);

export type NewWebhook = Static<typeof NewWebhookSchema>;
export type WebhookChange = Static<typeof WebhookChangeSchema>;
export type Webhook = Static<typeof WebhookSchema>;
export type WebhookWithSecret = Static<typeof WebhookWithSecretSchema>;
export type WebhookAttempt = Static<typeof attempt>;
export type WebhookDelivery = Static<typeof WebhookDeliverySchema>;
export type WebhookDeliveryDetails = Static<typeof WebhookDeliveryDetailsSchema>;
export type WebhookPayload = Static<typeof WebhookPayloadSchema>;

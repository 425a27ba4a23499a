import Type from 'typebox';
import {
  NewWebhookSchema,
  WebhookChangeSchema,
  WebhookDeliveryDetailsSchema,
  WebhookDeliverySchema,
  WebhookSchema,
  WebhookSecretSchema,
  WebhookWithSecretSchema,
} from '../resources.ts';
import { Done, listOf, PageQuery, type Route } from './route.ts';

const read = { verb: 'webhooks.read', on: 'platform' } as const;
const manage = { verb: 'webhooks.manage', on: 'platform' } as const;
/** A week: longer than anybody needs to bring a secret to where it is used. */
const LONGEST_OVERLAP_SECONDS = 7 * 24 * 60 * 60;

export const webhooksRoutes = {
  listWebhooks: {
    method: 'GET',
    path: '/v1/webhooks',
    summary: 'Where events are sent, and how that goes.',
    access: read,
    audit: null,
    response: listOf('webhooks', WebhookSchema),
    status: 200,
  },
  createWebhook: {
    method: 'POST',
    path: '/v1/webhooks',
    summary: 'Sends events on to a receiver; the answer is the one place where a made secret can be read.',
    access: manage,
    audit: 'webhook.create',
    body: NewWebhookSchema,
    response: WebhookWithSecretSchema,
    status: 201,
  },
  getWebhook: {
    method: 'GET',
    path: '/v1/webhooks/:webhook',
    summary: 'One webhook.',
    access: read,
    audit: null,
    response: WebhookSchema,
    status: 200,
  },
  updateWebhook: {
    method: 'POST',
    path: '/v1/webhooks/:webhook',
    summary: 'Changes where events are sent, and which; what waits is sent there as well.',
    access: manage,
    audit: 'webhook.update',
    body: WebhookChangeSchema,
    response: WebhookSchema,
    status: 200,
  },
  removeWebhook: {
    method: 'DELETE',
    path: '/v1/webhooks/:webhook',
    summary: 'Stops sending events to a receiver, and forgets what was sent.',
    access: manage,
    audit: 'webhook.remove',
    response: Done,
    status: 200,
  },
  pauseWebhook: {
    method: 'POST',
    path: '/v1/webhooks/:webhook/pause',
    summary: 'Sends nothing until it is resumed; what happens meanwhile is not lost.',
    access: manage,
    audit: 'webhook.pause',
    response: WebhookSchema,
    status: 200,
  },
  resumeWebhook: {
    method: 'POST',
    path: '/v1/webhooks/:webhook/resume',
    summary: 'Goes on where it was paused or disabled.',
    access: manage,
    audit: 'webhook.resume',
    body: Type.Object(
      {
        fromNow: Type.Optional(
          Type.Boolean({ description: 'Leave out what has happened meanwhile, and what waits.' }),
        ),
      },
      { additionalProperties: false },
    ),
    response: WebhookSchema,
    status: 200,
  },
  testWebhook: {
    method: 'POST',
    path: '/v1/webhooks/:webhook/test',
    summary: 'Sends one message that says it is a test, and waits for the answer.',
    access: manage,
    audit: 'webhook.test',
    response: WebhookDeliveryDetailsSchema,
    status: 200,
  },
  rotateWebhookSecret: {
    method: 'POST',
    path: '/v1/webhooks/:webhook/secret',
    summary: 'Signs with a new secret, and for a while with those before as well.',
    access: manage,
    audit: 'webhook.rotate',
    body: Type.Object(
      {
        secret: Type.Optional(WebhookSecretSchema),
        overlapSeconds: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: LONGEST_OVERLAP_SECONDS,
            description: 'How long the secrets before sign as well; a day when absent.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    response: WebhookWithSecretSchema,
    status: 200,
  },
  listWebhookDeliveries: {
    method: 'GET',
    path: '/v1/webhooks/:webhook/deliveries',
    summary: 'Messages to a webhook, newest first.',
    access: read,
    audit: null,
    query: Type.Object({
      ...PageQuery.properties,
      state: Type.Optional(
        Type.Enum(['waiting', 'delivered', 'failed'], { description: 'Only those that stand like this.' }),
      ),
    }),
    response: listOf('deliveries', WebhookDeliverySchema),
    status: 200,
  },
  getWebhookDelivery: {
    method: 'GET',
    path: '/v1/webhooks/:webhook/deliveries/:delivery',
    summary: 'One message, with its body and its attempts.',
    access: read,
    audit: null,
    response: WebhookDeliveryDetailsSchema,
    status: 200,
  },
  redeliverWebhook: {
    method: 'POST',
    path: '/v1/webhooks/:webhook/deliveries/:delivery/redeliver',
    summary: 'Sends a message again now, and waits for the answer.',
    access: manage,
    audit: 'webhook.redeliver',
    response: WebhookDeliveryDetailsSchema,
    status: 200,
  },
  redeliverFailedWebhooks: {
    method: 'POST',
    path: '/v1/webhooks/:webhook/redeliver',
    summary:
      'Begins anew with every message that was given up, and with those that wait for a later attempt.',
    access: manage,
    audit: 'webhook.redeliver',
    response: Type.Object({ queued: Type.Integer({ description: 'How many there are.' }) }),
    status: 200,
  },
} as const satisfies Record<string, Route>;

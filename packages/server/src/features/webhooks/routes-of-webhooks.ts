import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { WebhookService } from './webhook-service.ts';

type Routes = Pick<
  RouteHandlers,
  | 'listWebhooks'
  | 'createWebhook'
  | 'getWebhook'
  | 'updateWebhook'
  | 'removeWebhook'
  | 'pauseWebhook'
  | 'resumeWebhook'
  | 'testWebhook'
  | 'rotateWebhookSecret'
  | 'listWebhookDeliveries'
  | 'getWebhookDelivery'
  | 'redeliverWebhook'
  | 'redeliverFailedWebhooks'
>;

export function routesOfWebhooks(service: WebhookService): Routes {
  return {
    listWebhooks: async () => ({ webhooks: await service.list(), nextCursor: null }),
    createWebhook: ({ body, identity }) => service.add(body, identity.user),
    getWebhook: ({ params }) => service.get(params.webhook),
    updateWebhook: ({ params, body }) => service.update(params.webhook, body),
    async removeWebhook({ params }) {
      await service.remove(params.webhook);
      return { done: true };
    },
    pauseWebhook: ({ params }) => service.pause(params.webhook),
    resumeWebhook: ({ params, body }) => service.resume(params.webhook, body.fromNow === true),
    testWebhook: ({ params, identity, signal }) => service.test(params.webhook, identity.user, signal),
    rotateWebhookSecret: ({ params, body }) => service.rotate(params.webhook, body),
    async listWebhookDeliveries({ params, query }) {
      const { items, nextCursor } = await service.deliveries(params.webhook, query);
      return { deliveries: items, nextCursor };
    },
    getWebhookDelivery: ({ params }) => service.delivery(params.webhook, params.delivery),
    redeliverWebhook: ({ params, signal }) => service.redeliver(params.webhook, params.delivery, signal),
    redeliverFailedWebhooks: async ({ params }) => ({
      queued: await service.redeliverFailed(params.webhook),
    }),
  };
}

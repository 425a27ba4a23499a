import { DEFAULT_NETWORK } from '@rig-ops/contract/resources';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import { reachOf } from '../access/decide.ts';
import type { AppService } from './app-service.ts';

export function routesOfApps(
  service: AppService,
): Pick<RouteHandlers, 'listApps' | 'createApp' | 'getApp' | 'destroyApp'> {
  return {
    async listApps({ query, identity }) {
      const { items, nextCursor } = await service.list(query, reachOf(identity, 'app.read'));
      return { apps: items, nextCursor };
    },
    createApp: ({ body }) => service.create(body.name, body.network ?? DEFAULT_NETWORK, body.domains),
    getApp: ({ params }) => service.get(params.app),
    async destroyApp({ params }) {
      await service.destroy(params.app);
      return { done: true };
    },
  };
}

import type { RouteHandlers } from '../../http/route-handlers.ts';
import { reachOf } from '../access/decide.ts';
import type { NetworkService } from './network-service.ts';

export function routesOfNetworks(
  service: NetworkService,
): Pick<RouteHandlers, 'listNetworks' | 'createNetwork' | 'getNetwork' | 'destroyNetwork'> {
  return {
    async listNetworks({ identity }) {
      return { networks: await service.list(reachOf(identity, 'network.read')), nextCursor: null };
    },
    createNetwork: ({ body, identity }) => service.create(body, identity.user),
    getNetwork: ({ params }) => service.get(params.network),
    async destroyNetwork({ params, query }) {
      await service.destroy(params.network, query.abandon === '1');
      return { done: true };
    },
  };
}

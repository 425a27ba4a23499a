import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { LockService } from './lock-service.ts';

export function routesOfLocks(service: LockService): Pick<RouteHandlers, 'lockApp' | 'unlockApp'> {
  return {
    lockApp: ({ params, body, identity }) => service.lock(params.app, identity.user, body),
    async unlockApp({ params, query, identity }) {
      return { released: await service.unlock(params.app, identity.user, query.force === 'true') };
    },
  };
}

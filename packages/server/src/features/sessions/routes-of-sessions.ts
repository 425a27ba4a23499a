import type { RouteHandlers } from '../../http/route-handlers.ts';
import { reachOf } from '../access/decide.ts';
import type { SessionService } from './session-service.ts';

export function routesOfSessions(
  service: SessionService,
): Pick<RouteHandlers, 'listSessions' | 'getSession' | 'killSession'> {
  return {
    async listSessions({ query, identity }) {
      const { userId } = identity;
      const { state, ...rest } = query;
      const page = await service.list({
        ...rest,
        all: state === 'all',
        userId,
        reach: reachOf(identity, 'sessions.read'),
      });
      return { sessions: page.items, nextCursor: page.nextCursor };
    },
    getSession: ({ params }) => service.get(params.session),
    killSession: ({ params }) => service.kill(params.session),
  };
}

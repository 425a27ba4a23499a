import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { EventLog } from './event-log.ts';

export function routesOfEvents(log: EventLog): Pick<RouteHandlers, 'listEvents'> {
  return {
    async listEvents({ query }) {
      const { items, nextCursor } = await log.list(query);
      return { events: items, nextCursor };
    },
  };
}

import type { RouteHandlers } from '../../http/route-handlers.ts';
import { type EventLog, eventReachOf } from './event-log.ts';

export function routesOfEvents(log: EventLog): Pick<RouteHandlers, 'listEvents'> {
  return {
    async listEvents({ query, identity }) {
      const { items, nextCursor } = await log.list(query, eventReachOf(identity));
      return { events: items, nextCursor };
    },
  };
}

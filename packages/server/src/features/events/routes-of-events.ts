import type { RouteHandlers } from '../../http/route-handlers.ts';
import { type EventLog, eventReachOf } from './event-log.ts';

/** Shorter than proxies let an answer take. */
const WAIT_MS = 20_000;
const DEFAULT_LIMIT = 100;

export function routesOfEvents(log: EventLog): Pick<RouteHandlers, 'listEvents' | 'followEvents'> {
  return {
    async listEvents({ query, identity }) {
      const { items, nextCursor } = await log.list(query, eventReachOf(identity));
      return { events: items, nextCursor };
    },
    async followEvents({ params, query, identity, signal }) {
      const id = Number(params.event);
      const reach = eventReachOf(identity);
      const limit = query.limit ?? DEFAULT_LIMIT;
      const late = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
      for (;;) {
        // Listens before it looks, so that nothing falls between.
        const ended = new AbortController();
        const changed = log.changed(AbortSignal.any([late, ended.signal]));
        try {
          const { oldest } = await log.range();
          const missed = Math.max(0, oldest - 1 - id);
          const events = await log.behind(id, limit, reach);
          if (events.length > 0 || missed > 0 || query.wait !== 'true' || late.aborted)
            return { events, missed };
          await changed;
        } finally {
          ended.abort();
        }
      }
    },
  };
}

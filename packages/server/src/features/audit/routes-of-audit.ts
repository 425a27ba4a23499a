import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { AuditLog } from './audit-log.ts';

export function routesOfAudit(log: AuditLog): Pick<RouteHandlers, 'listAudit'> {
  return {
    async listAudit({ query }) {
      const { items, nextCursor } = await log.list(query);
      return { events: items, nextCursor };
    },
  };
}

import type { RouteHandlers } from '../../../http/route-handlers.ts';
import type { AuditDrainService } from './audit-drain-service.ts';

type Routes = Pick<
  RouteHandlers,
  'listAuditDrains' | 'createAuditDrain' | 'testAuditDrain' | 'removeAuditDrain'
>;

export function routesOfAuditDrains(service: AuditDrainService): Routes {
  return {
    async listAuditDrains() {
      return { drains: service.list(), nextCursor: null };
    },
    async createAuditDrain({ body }) {
      return await service.add(body);
    },
    async testAuditDrain({ params, identity, signal }) {
      await service.test(params.drain, identity.user, signal);
      return { done: true };
    },
    async removeAuditDrain({ params }) {
      await service.remove(params.drain);
      return { done: true };
    },
  };
}

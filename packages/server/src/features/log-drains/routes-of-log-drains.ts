import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { LogDrainService } from './log-drain-service.ts';

type Routes = Pick<RouteHandlers, 'listLogDrains' | 'createLogDrain' | 'testLogDrain' | 'removeLogDrain'>;

export function routesOfLogDrains(service: LogDrainService): Routes {
  return {
    async listLogDrains() {
      return { drains: await service.list(), nextCursor: null };
    },
    async createLogDrain({ body }) {
      return await service.add(body);
    },
    async testLogDrain({ params, identity, signal }) {
      await service.test(params.drain, identity.user, signal);
      return { done: true };
    },
    async removeLogDrain({ params }) {
      await service.remove(params.drain);
      return { done: true };
    },
  };
}

import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { AppStore } from '../apps/app-store.ts';
import { requireApp } from '../apps/require-app.ts';
import type { LogRetentionService } from './log-retention-service.ts';

type Routes = Pick<
  RouteHandlers,
  'getLogRetention' | 'setLogRetention' | 'getAppLogRetention' | 'setAppLogRetention'
>;

export function routesOfLogRetention(service: LogRetentionService, apps: AppStore): Routes {
  return {
    async getLogRetention() {
      return await service.get();
    },
    async setLogRetention({ body }) {
      return await service.change(body);
    },
    async getAppLogRetention({ params }) {
      return await service.get((await requireApp(apps, params.app)).name);
    },
    async setAppLogRetention({ params, body }) {
      return await service.change(body, (await requireApp(apps, params.app)).name);
    },
  };
}

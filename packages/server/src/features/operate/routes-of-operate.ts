import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { OperateService } from './operate-service.ts';

export function routesOfOperate(
  service: OperateService,
): Pick<RouteHandlers, 'restartApp' | 'scaleApp' | 'getOperation'> {
  return {
    restartApp: ({ params, body }) => service.restart(params.app, body),
    scaleApp: ({ params, body }) => service.scale(params.app, body.processes),
    async getOperation({ params, signal }) {
      return { operation: await service.latest(params.app, signal) };
    },
  };
}

import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { ConfigService } from './config-service.ts';

export function routesOfConfig(service: ConfigService): Pick<RouteHandlers, 'getConfig' | 'changeConfig'> {
  return {
    getConfig: ({ params }) => service.get(params.app),
    changeConfig({ params, body, identity }) {
      const { deploy = true, ...change } = body;
      return service.change(params.app, change, { deploy, user: identity.user });
    },
  };
}

import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { StatusService } from './status-service.ts';

export function routesOfStatus(service: StatusService): Pick<RouteHandlers, 'getStatus'> {
  return { getStatus: ({ identity }) => service.read(identity) };
}

import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { AppStore } from '../apps/app-store.ts';
import { toIdentity } from './to-identity.ts';

export function routesOfAccess({ apps }: { apps: AppStore }): Pick<RouteHandlers, 'whoami'> {
  return {
    whoami: ({ identity }) => toIdentity(identity, apps),
  };
}

import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { PolicyService } from './policy-service.ts';

export function routesOfAccessPolicies(
  service: PolicyService,
): Pick<RouteHandlers, 'listAccessPolicies' | 'getAccessPolicy' | 'setAccessPolicy'> {
  return {
    async listAccessPolicies({ identity }) {
      return { policies: await service.list(identity) };
    },
    getAccessPolicy: ({ query }) => service.view(query.target),
    setAccessPolicy: ({ body, identity }) => service.set(body, identity.user),
  };
}

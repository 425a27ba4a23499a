import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { DeployService } from './deploy-service.ts';
import { toDeploy } from './to-deploy.ts';

export function routesOfDeploys(
  service: DeployService,
): Pick<RouteHandlers, 'createDeploy' | 'createRollback' | 'getDeploy'> {
  return {
    async createDeploy({ params, body, identity }) {
      return toDeploy(await service.deploy(params.app, body, identity.user));
    },
    async createRollback({ params, body, identity }) {
      return toDeploy(await service.rollBack(params.app, body.to ?? null, identity.user));
    },
    async getDeploy({ params }) {
      return toDeploy(await service.require(params.deploy));
    },
  };
}

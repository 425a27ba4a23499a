import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { DeployRunner } from './deploy-runner.ts';
import type { DeployService } from './deploy-service.ts';
import { toDeploy } from './to-deploy.ts';

export function routesOfDeploys(
  service: DeployService,
  runner: Pick<DeployRunner, 'cancel'>,
): Pick<RouteHandlers, 'createDeploy' | 'createRollback' | 'promoteDeploy' | 'cancelDeploy' | 'getDeploy'> {
  return {
    async createDeploy({ params, body, identity }) {
      return toDeploy(await service.deploy(params.app, body, identity.user));
    },
    async createRollback({ params, body, identity }) {
      return toDeploy(await service.rollBack(params.app, body.to ?? null, identity.user));
    },
    async promoteDeploy({ params }) {
      return toDeploy(await service.promote(params.app));
    },
    async cancelDeploy({ params, identity }) {
      const { id } = await service.requireRunning(params.app);
      return toDeploy(await runner.cancel(id, identity.user));
    },
    async getDeploy({ params }) {
      return toDeploy(await service.require(params.deploy));
    },
  };
}

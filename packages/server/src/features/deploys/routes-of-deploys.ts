import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { DeployQueue } from './deploy-queue.ts';
import type { DeployRunner } from './deploy-runner.ts';
import type { DeployService } from './deploy-service.ts';

export function routesOfDeploys(
  service: DeployService,
  runner: Pick<DeployRunner, 'cancel' | 'ended'>,
  queue: Pick<DeployQueue, 'cancel'>,
): Pick<
  RouteHandlers,
  | 'createDeploy'
  | 'createRollback'
  | 'listDeploys'
  | 'promoteDeploy'
  | 'cancelDeploy'
  | 'cancelDeployById'
  | 'getDeploy'
> {
  return {
    async createDeploy({ params, body, identity }) {
      return service.describe(await service.deploy(params.app, body, identity.user));
    },
    async createRollback({ params, body, identity }) {
      return service.describe(await service.rollBack(params.app, body, identity.user));
    },
    async listDeploys({ params, query }) {
      const { items, nextCursor } = await service.list(params.app, query);
      return { deploys: items, nextCursor };
    },
    async promoteDeploy({ params }) {
      return service.describe(await service.promote(params.app));
    },
    async cancelDeploy({ params, identity }) {
      const { id, status } = await service.requireCurrent(params.app);
      if (status === 'queued') await queue.cancel(id, identity.user);
      // It may have begun in this moment.
      if ((await service.require(id)).status === 'running') await runner.cancel(id, identity.user);
      return service.describe(await service.require(id));
    },
    async cancelDeployById({ params, identity }) {
      const { id } = await service.require(params.deploy);
      const isWaiting = (await service.require(id)).status === 'queued';
      if (isWaiting) await queue.cancel(id, identity.user);
      // It may have begun in this moment.
      if (!isWaiting || (await service.require(id)).status === 'running') {
        await runner.cancel(id, identity.user);
        await runner.ended(id);
      }
      return service.describe(await service.require(id));
    },
    async getDeploy({ params }) {
      return service.describe(await service.require(params.deploy));
    },
  };
}

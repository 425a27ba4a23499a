import type { Deployments } from '../../deployments.ts';
import { InstanceView, type InstanceViewOptions } from '../instances/instance-view.ts';
import { type AppPorts, urlOfPort } from './app-ports.ts';
import type { DeployStore } from './deploy-store.ts';
import { queueDeploy } from './deploy-transitions.ts';
import type { LockService } from './lock-service.ts';

export interface AppViewDeps
  extends Pick<InstanceViewOptions, 'engine' | 'mirror' | 'releases' | 'instances'> {
  readonly deploys: Pick<DeployStore, 'running' | 'queued'>;
  readonly ports: AppPorts;
  readonly locks: LockService;
}

/** How apps are, one or all of them, and what is being done with them. */
export function createAppView({
  deploys,
  locks,
  ports,
  ...deps
}: AppViewDeps): Pick<Deployments, 'stateOf' | 'states' | 'underWay' | 'problems'> {
  const view = new InstanceView({
    ...deps,
    async urlOf(appId) {
      const port = await ports.get(appId);
      return port === null ? null : urlOfPort(port);
    },
    urls: async () => new Map([...(await ports.all())].map(([id, port]) => [id, urlOfPort(port)])),
    deploying: async () => new Set((await deploys.running()).map(({ appId }) => appId)),
  });
  return {
    stateOf: (app) => view.stateOf(app),
    async states() {
      const [stateOf, locked] = await Promise.all([view.states(), locks.all()]);
      return (app) => ({ ...stateOf(app.id), lock: locked.get(app.id) ?? null });
    },
    async underWay() {
      const [running, queued] = await Promise.all([deploys.running(), deploys.queued()]);
      return [...running, ...queued.map(({ deploy }) => queueDeploy(deploy))];
    },
    problems: () => view.problems(),
  };
}

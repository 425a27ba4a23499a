import { setMaxListeners } from 'node:events';
import { delimiter, dirname, join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import { ChangeSignal } from '../../change-signal.ts';
import type { Deployments } from '../../deployments.ts';
import { EngineMirror } from '../../engines/engine-mirror.ts';
import { systemPause } from '../../pause.ts';
import type { AppRecord } from '../apps/app-store.ts';
import { createBuilds } from '../builds/create-builds.ts';
import { routesOfExplain } from '../builds/explain/routes-of-explain.ts';
import { removeTree } from '../builds/remove-tree.ts';
import { buildEnded, routesOfBuilds } from '../builds/routes-of-builds.ts';
import { SqlBuildStore } from '../builds/sql-build-store.ts';
import { waitForBuild } from '../builds/wait-for-build.ts';
import { createConfig } from '../config/create-config.ts';
import { routesOfDomains } from '../domains/routes-of-domains.ts';
import { checkHealth } from '../instances/check-health.ts';
import { countsOf } from '../instances/counts-of.ts';
import { createInstanceEnvironments } from '../instances/instance-environments.ts';
import { HttpImageRegistry } from '../images/registry/http-image-registry.ts';
import { RegistryImages } from '../images/registry-images.ts';
import { InstanceKeeper } from '../instances/instance-keeper.ts';
import { InstanceLauncher } from '../instances/instance-launcher.ts';
import { InstanceRetirer } from '../instances/instance-retirer.ts';
import { createPortTargets } from '../instances/port-targets.ts';
import { lastLinesIn } from '../instances/read-last-lines.ts';
import { Reconciler } from '../instances/reconciler.ts';
import { createRunCheck } from '../instances/run-check.ts';
import { createSessionTargets } from '../instances/session-targets.ts';
import { SqlInstanceStore } from '../instances/sql-instance-store.ts';
import { createOperate } from '../operate/create-operate.ts';
import { routesOfOperate } from '../operate/routes-of-operate.ts';
import { routesOfReleases } from '../releases/routes-of-releases.ts';
import { SqlReleaseStore } from '../releases/sql-release-store.ts';
import { createRollouts } from '../rollouts/create-rollouts.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { AppPorts } from './app-ports.ts';
import { createAppView } from './create-app-view.ts';
import { configOfDeploy } from './config-of-deploy.ts';
import { DeployBuilds } from './deploy-builds.ts';
import { DeployQueue } from './deploy-queue.ts';
import { DeployRunner } from './deploy-runner.ts';
import { DeployService } from './deploy-service.ts';
import { DeploySteps } from './deploy-steps.ts';
import type { DeploymentsDeps } from './deployments-deps.ts';
import { SocketEdge } from './edge.ts';
import { LockService } from './lock-service.ts';
import { NeighbourNames } from './neighbour-names.ts';
import { readInsidePorts } from './read-inside-ports.ts';
import { readNeighbours } from './read-neighbours.ts';
import { ReleaseMaker } from './release-maker.ts';
import { requirePlaceOn } from './require-place.ts';
import { RoutePublisher } from './route-publisher.ts';
import { routesOfDeploys } from './routes-of-deploys.ts';
import { routesOfLocks } from './routes-of-locks.ts';
import { SqlAppPortStore } from './sql-app-port-store.ts';
import { SqlDeployLockStore } from './sql-deploy-lock-store.ts';
import { SqlDeployStore } from './sql-deploy-store.ts';
import { TrafficSwitch } from './traffic-switch.ts';

const noAddress = (): never => {
  throw new RigError('pod_url_missing', 'Pods cannot fetch the files of the release.');
};

/** Puts builds, deploys, releases and instances together. */
export function createDeployments(deps: DeploymentsDeps): Deployments {
  const { apps, baseEnvironment, blobs, bundles, clock, db, engines, events, layout, log, node } = deps;
  const edge = deps.edge ?? new SocketEdge(layout.edgeSocket);
  const engine = engines.own;
  const pause = deps.pause ?? systemPause;
  const counts = deps.countsOf ?? countsOf;
  const builds = new SqlBuildStore(db);
  const deploys = new SqlDeployStore(db);
  const locks = new SqlDeployLockStore(db);
  const releases = new SqlReleaseStore(db);
  const instances = new SqlInstanceStore(db);
  const ports = new AppPorts(new SqlAppPortStore(db), layout.root);
  const config = createConfig({ db, apps, releases, clock, keys: deps.configKeys });
  const mirror = new EngineMirror(engine, log);
  const changes = new ChangeSignal();
  /** Ids of deploys and builds are told apart by their prefixes. */
  const onChange = (id: string) => changes.tell(id);
  const life = new AbortController();
  const operate = createOperate({
    apps,
    clock,
    db,
    events,
    releases,
    isDeploying: async (appId) => (await deploys.running()).some((deploy) => deploy.appId === appId),
    life: life.signal,
  });
  setMaxListeners(0, life.signal);

  const publisher = new RoutePublisher({
    domains: operate.domains,
    path: layout.edgeRoutes,
    hostPort: deps.hostPort ?? 0,
    edge,
    apps,
    releases,
    instances,
    deploys,
    ports: new SqlAppPortStore(db),
    mirror,
  });
  const retirer = new InstanceRetirer({
    engine,
    mirror,
    instances,
    releases,
    inFlight: async (signal) => (await edge.status(0, signal)).inFlight,
  });
  const launcher = new InstanceLauncher({
    engines,
    layout,
    baseEnvironment,
    node,
    neighboursOf: (app) => readNeighbours(app, apps, ports),
    filesOf: deps.filesOf ?? (async () => noAddress()),
    insidePorts: async () => await readInsidePorts({ apps, releases }),
    configOf: (configId) => config.book.runtimeEnvironment(configId),
  });
  const {
    cache,
    queue: buildQueue,
    runner: buildRunner,
    shelf,
    sweep,
  } = createBuilds({
    archives: deps.archives,
    baseEnvironment,
    blobs,
    builds,
    bundles,
    clock,
    deploys,
    engines,
    networkOf: async (appId) => (await apps.getById(appId))?.network ?? '',
    podImage: deps.podImage ?? null,
    images: deps.images ?? null,
    remote: new RegistryImages({ registry: deps.registries ?? new HttpImageRegistry(), layout }),
    layout,
    mirror,
    node,
    releases,
    onEnd: onChange,
  });
  const deployBuilds = new DeployBuilds({
    baseEnvironment,
    builds,
    clock,
    deploys,
    shelf,
    onChange,
    runner: buildRunner,
    version: deps.version ?? '0.0.0',
    configOf: async (deploy) =>
      config.book.buildEnvironment(await configOfDeploy(deploy, { configs: config.book, releases })),
    secretNamesOf: async (deploy) => {
      const set = await configOfDeploy(deploy, { configs: config.book, releases });
      const variables = await config.book.variablesOf(set);
      return new Set(variables.flatMap(({ build, key, secret }) => (build && secret ? [key] : [])));
    },
  });
  const lastLines = lastLinesIn(join(layout.logs, 'apps'), mirror);
  const environmentOf = createInstanceEnvironments({ mirror, apps, releases, instances, launcher });
  const runCheck = createRunCheck(engines, mirror, environmentOf);
  const names = new NeighbourNames({ engineOf: (network) => engines.of(network), log });
  const traffic = new TrafficSwitch({ publisher, ports, names, log });
  const { kept, places, undo, ...rollouts } = createRollouts({
    apps,
    deploys,
    releases,
    instances,
    launcher,
    retirer,
    traffic,
    mirror,
    edge,
    events,
    clock,
    pause,
    countsOf: counts,
    isThere: (buildId) => buildRunner.isThere(buildId),
    lastLines,
    onChange,
    kick: () => reconciler.kick(),
    bringUp: (...what) => steps.bringUp(...what),
  });
  const maker = new ReleaseMaker({
    deploys,
    builds,
    releases,
    configs: config.book,
    scales: operate.scales,
    buildRunner,
    clock,
    countsOf: counts,
    isKept: async (release) => (await kept.for(release)).length > 0,
  });
  const steps = new DeploySteps({
    ...rollouts,
    kept,
    places,
    maker,
    countsOf: counts,
    deploys,
    configs: config.book,
    builds,
    releases,
    instances,
    ports,
    deployBuilds,
    launcher,
    retirer,
    traffic,
    bringImage: async (release, onFetch, signal) => await deps.images?.supply.bring(release, onFetch, signal),
    checkHealth: (instance, release, signal) =>
      checkHealth({ instance, plan: release.runtime.health, mirror, runCheck, lastLines, signal }),
    events,
    clock,
    onChange,
  });
  const runner = new DeployRunner({
    apps,
    deploys,
    releases,
    ports,
    steps,
    maker,
    undo,
    deployBuilds,
    clock,
    log,
    onChange,
    idle: (appId) => operate.operations.idle(appId),
    onEnd: async (app) => {
      void queue.advance(app.id);
      await shelf.prune(app.id);
      await cache.prune();
      reconciler.kick();
    },
  });
  const keeper = new InstanceKeeper({
    engine,
    mirror,
    instances,
    launcher,
    events,
    runCheck,
    isReady: async (release) =>
      (await deps.images?.supply.isReady(release, log, (inMs) => reconciler.kick(inMs))) !== false,
    onChange: (inMs) => reconciler.kick(inMs),
  });
  const reconciler = new Reconciler({
    engine,
    mirror,
    apps,
    builds,
    releases,
    instances,
    keeper,
    retirer,
    publish: async () => {
      await publisher.publish();
      void names.leadAll(publisher.routed);
    },
    clock,
    isDeploying: (appId) => runner.isDeploying(appId) || operate.operations.isRunning(appId),
    log,
  });
  const queue = new DeployQueue({
    deploys,
    locks,
    clock,
    log,
    begin: (deploy) => runner.start(deploy, life.signal),
    onChange,
  });
  const lockService = new LockService({
    apps,
    locks,
    events,
    clock,
    onUnlock: (appId) => void queue.advance(appId),
  });
  const operator = operate.serviceWith({
    instances,
    mirror,
    retirer,
    traffic,
    lastLines,
    kick: () => reconciler.kick(),
  });
  const service = new DeployService({
    apps,
    bundles,
    deploys,
    releases,
    clock,
    changes,
    configs: config.changes,
    isThere: (buildId) => buildRunner.isThere(buildId),
    runsImages: (app) => {
      const { fetchesFiles, images } = engines.of(app.network).capabilities;
      return images && (fetchesFiles || deps.images != null);
    },
    requirePlace: requirePlaceOn({ engines, requirePodAddress: deps.requirePodAddress ?? noAddress }),
    queue,
  });
  const view = createAppView({ engine, mirror, releases, instances, deploys, ports, locks: lockService });
  let following: Promise<unknown> = Promise.resolve();

  return {
    routes: {
      ...routesOfDeploys(service, runner, queue),
      ...routesOfOperate(operator),
      ...routesOfDomains({ apps, domains: operate.domains, edge, publisher }),
      ...config.routesWith((...order) => service.reconfigure(...order)),
      ...routesOfLocks(lockService),
      ...routesOfReleases({ apps, builds, bundles, clock, config, deploys, instances, releases, shelf }),
      ...routesOfExplain(
        [dirname(node), baseEnvironment['PATH'] ?? '/usr/bin:/bin'].join(delimiter),
        engine.capabilities.images,
      ),
      ...routesOfBuilds({
        builds,
        apps,
        positionOf: (id) => buildQueue.positionOf(id),
        cancel: async (build, user) => {
          const deploy = (await deploys.running()).find(({ buildId }) => buildId === build.id);
          if (deploy === undefined) throw buildEnded(build.id);
          await runner.cancel(deploy.id, user);
          await runner.ended(deploy.id);
        },
      }),
    },
    requireDeploy: async (id) => void (await service.require(id)),
    events: (id, after, signal) => service.events(id, after, AbortSignal.any([signal, life.signal])),
    stateOf: view.stateOf,
    lockOf: (app) => lockService.of(app.id),
    states: view.states,
    underWay: view.underWay,
    problems: view.problems,
    appOfBuild: async (id) => {
      const build = await builds.get(id);
      return build === null ? undefined : apps.getById(build.appId);
    },
    appOfDeploy: async (id) => {
      const deploy = await deploys.get(id);
      return deploy === null ? undefined : apps.getById(deploy.appId);
    },
    buildEnded: (id, signal) => waitForBuild(id, { builds, changes }, AbortSignal.any([signal, life.signal])),
    resolveSession: createSessionTargets({ mirror, releases, instances, environmentOf, launcher }),
    neighboursIn: (network) => readNeighbours({ id: null, network }, apps, ports),
    mirror,
    portTargets: createPortTargets({ mirror, releases, instances }),
    destroyApp,
    async start() {
      await sweep();
      // Before anything is reconciled: what a deploy has noted is the deploy's to care for.
      for (const deploy of await deploys.running()) runner.start(deploy, life.signal);
      following = Promise.all([mirror.follow(life.signal), reconciler.run(life.signal)]);
      await operator.resume((error, { name }) => log.warn('instances are not in line', { error, app: name }));
      await queue.start();
    },
    async stop() {
      life.abort();
      await queue.stop();
      await Promise.all([following, runner.settle(), operate.operations.settle()]);
    },
  };

  async function destroyApp(app: AppRecord): Promise<void> {
    await Promise.all([runner.cancelApp(app.id), operate.operations.cancel(app.id)]);
    const generation = await publisher.publish();
    await publisher.applied(generation, AbortSignal.timeout(5_000)).catch(() => undefined);
    const left = await instances.ofApp(app.id);
    await retirer.retire(
      left.map((instance) => ({ ...instance, desired: 'stop' as const })),
      0,
      life.signal,
    );
    await endSessions(engine, mirror, ({ appId }) => appId === app.id);
    // One that still writes would put back what is removed.
    for (const id of await builds.idsOf(app.id)) await mirror.forgetBuild(id);
    await shelf.removeApp(app.id);
    await cache.removeApp(app.id);
    await removeTree(join(layout.isolated, app.id));
  }
}

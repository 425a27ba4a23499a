import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { BlobStore } from '@rig-ops/bundle/store';
import { platformLayout } from '@rig-ops/contract/layout';
import type { Deploy, DeployEvent, RolloutOrder } from '@rig-ops/contract/resources';
import type { DeployGuard } from '@rig-ops/contract/routes';
import { systemClock } from '../../../clock.ts';
import type { Deployments } from '../../../deployments.ts';
import { FakeEngine, type FakeEngineOptions } from '../../../engines/fake/fake-engine.ts';
import { PlatformEngines } from '../../../engines/platform-engines.ts';
import { openDatabase } from '../../../store/database.ts';
import { MemoryLog } from '../../../testing/memory-log.ts';
import { callerNamed } from '../../access/testing/caller-named.ts';
import type { AppRecord } from '../../apps/app-store.ts';
import { SqlAppStore } from '../../apps/sql-app-store.ts';
import { SqlBundleStore } from '../../bundles/sql-bundle-store.ts';
import { SqlPackIndex } from '../../bundles/sql-pack-index.ts';
import { readConfigKeys } from '../../config/config-keys.ts';
import { SqlEventLog } from '../../events/sql-event-log.ts';
import type { DeploymentsDeps } from '../deployments-deps.ts';
import { createDeployments } from '../index.ts';
import { commitTree } from './commit-tree.ts';
import { FakeEdge } from './fake-edge.ts';

/** A Procfile app whose programs the fake engine plays. */
export const PROCFILE_APP = { Procfile: 'web: serve\nworker: work\n' };

/** Deployments on the fake engine, with what is needed to deploy to them; nothing is left behind. */
export async function startTestDeployments(
  test: Pick<TestContext, 'after'>,
  options: FakeEngineOptions = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'rigd-test-'));
  const layout = platformLayout(folder);
  await mkdir(layout.artifacts, { recursive: true });
  const db = await openDatabase(join(layout.root, 'rigd.sqlite'));
  const engine = new FakeEngine(options);
  const log = new MemoryLog();
  const apps = new SqlAppStore(db);
  const bundles = new SqlBundleStore(db);
  const blobs = new BlobStore(layout.blobs, new SqlPackIndex(db));
  const events = new SqlEventLog(db, systemClock);
  const edge = new FakeEdge(layout.edgeRoutes);
  const deps: DeploymentsDeps = {
    db,
    layout,
    engines: new PlatformEngines(engine),
    blobs,
    apps,
    bundles,
    events,
    clock: systemClock,
    log: log.logger,
    configKeys: await readConfigKeys(layout.configKeys),
    baseEnvironment: { PATH: '/usr/bin:/bin', HOME: layout.root },
    node: process.execPath,
    edge,
  };
  const lives: Deployments[] = [];
  /** Begins a life of rigd; end the one before first. */
  const live = async (change: Partial<DeploymentsDeps> = {}): Promise<Deployments> => {
    const deployments = createDeployments({ ...deps, ...change });
    lives.push(deployments);
    await deployments.start();
    return deployments;
  };
  test.after(async () => {
    for (const deployments of lives) await deployments.stop();
    await engine.shutDown();
    await db.destroy();
    await rm(folder, { recursive: true, force: true });
  });
  const addApp = async (name: string): Promise<AppRecord> => {
    const app = { id: `app_${name}`, name, network: 'default', createdAt: new Date().toISOString() };
    await apps.create(app);
    return app;
  };
  return {
    layout,
    engine,
    edge,
    apps,
    events,
    log,
    db,
    live,
    addApp,
    commit: (app: AppRecord, files: Record<string, string>) => commitTree(app.id, files, { blobs, bundles }),
  };
}

/** A request of a user, as the API hands it on. */
export const requestOf = (user = 'ann') => ({
  identity: callerNamed(user),
  requestId: 'test',
  signal: new AbortController().signal,
  query: {},
});

export interface OrderOptions {
  user?: string;
  guard?: DeployGuard;
}

/** Orders a deploy as the API does. */
export function orderDeploy(
  deployments: Deployments,
  app: AppRecord,
  bundle: string,
  rollout?: RolloutOrder,
  { user, guard = {} }: OrderOptions = {},
): Promise<Deploy> {
  return deployments.routes.createDeploy({
    ...requestOf(user),
    params: { app: app.name },
    body: { bundle, guard, ...(rollout === undefined ? {} : { rollout }) },
  });
}

/** Promotes the canary of an app, or cancels its deploy, as the API does. */
export function steerDeploy(
  deployments: Deployments,
  app: AppRecord,
  how: 'promote' | 'cancel',
): Promise<Deploy> {
  const { cancelDeploy, promoteDeploy } = deployments.routes;
  const order = { ...requestOf(), params: { app: app.name }, body: undefined };
  return how === 'promote' ? promoteDeploy(order) : cancelDeploy(order);
}

/** Orders a rollback as the API does. */
export function orderRollback(
  deployments: Deployments,
  app: AppRecord,
  to?: number,
  { user, guard = {} }: OrderOptions = {},
): Promise<Deploy> {
  return deployments.routes.createRollback({
    ...requestOf(user),
    params: { app: app.name },
    body: { guard, ...(to === undefined ? {} : { to }) },
  });
}

/** Follows a deploy to its end. */
export async function followDeploy(
  deployments: Deployments,
  id: string,
): Promise<{ deploy: Deploy; events: DeployEvent[] }> {
  const events: DeployEvent[] = [];
  for await (const event of deployments.events(id, 0, AbortSignal.timeout(20_000))) events.push(event);
  const last = events.at(-1);
  if (last?.type !== 'done') throw new Error('the events ended without their end');
  return { deploy: last.deploy, events };
}

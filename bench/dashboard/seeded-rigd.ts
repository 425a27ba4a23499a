import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { platformLayout } from '@rig-ops/contract/layout';
import { type ProcessUsage, SUPERVISOR_PROTOCOL, type SupervisorRecord } from '@rig-ops/contract/supervisor';
import { TrafficMetrics } from '../../packages/edge/src/metrics/traffic-metrics.ts';
import { systemClock } from '../../packages/server/src/clock.ts';
import { FakeEngine } from '../../packages/server/src/engines/fake/fake-engine.ts';
import { everyApp } from '../../packages/server/src/features/apps/every-app.ts';
import { SqlAppStore } from '../../packages/server/src/features/apps/sql-app-store.ts';
import { instanceName } from '../../packages/server/src/features/instances/instance-store.ts';
import { SqlInstanceStore } from '../../packages/server/src/features/instances/sql-instance-store.ts';
import { createLogger } from '../../packages/server/src/logger.ts';
import { prepareFolders } from '../../packages/server/src/prepare-folders.ts';
import { readStartTime } from '../../packages/server/src/read-start-time.ts';
import { startPlatform } from '../../packages/server/src/start-platform.ts';
import { openDatabase } from '../../packages/server/src/store/database.ts';
import { loadOf, type OpenDatabase, type SeededApp, type SeedSize, seedState } from './seed-state.ts';

/** Instances use something, each its own amount. */
class SeededEngine extends FakeEngine {
  // The apps were made for it.
  override readonly name = 'process' as never;

  override async usage(): Promise<ProcessUsage[]> {
    const usage = await super.usage();
    return usage.map((each, place) => ({
      ...each,
      cpuPercent: (place % 23) / 2,
      memoryBytes: (40 + (place % 50)) * 1024 * 1024,
    }));
  }
}

export interface SeededSettings extends SeedSize {
  /** So many of the apps have instances that end as soon as they are started. */
  broken: number;
  version: string;
  /** Whether nobody asks anything of the apps. */
  quiet?: boolean;
  /** URL of the PostgreSQL database that keeps its state; SQLite without one. */
  databaseUrl?: string;
}

/** Fills the state of a platform that does not run; a process of its own, so that rigd begins with a clean memory. */
async function seed(rigHome: string, settings: SeededSettings): Promise<void> {
  const layout = platformLayout(rigHome);
  await prepareFolders(layout);
  await writeFile(layout.token, `rig_${'s'.repeat(43)}`, { mode: 0o600 });
  const { databaseUrl } = settings;
  if (databaseUrl !== undefined) await writeFile(layout.databaseUrl, databaseUrl, { mode: 0o600 });
  const db = await openDatabase(databaseUrl ?? layout.database);
  await seedState(db, layout.root, settings);
  await db.destroy();
}

/**
 * rigd as it is, with everything it serves, on a database that its own stores have filled; the fake engine plays
 * the instances, and what stands for the edge counts a load that nobody makes. It takes the place of a
 * supervisor, too, so that a command line finds an embedded platform.
 */
async function serve(
  rigHome: string,
  { broken, version, quiet, databaseUrl }: SeededSettings,
): Promise<void> {
  const layout = platformLayout(rigHome);
  const db = await openDatabase(databaseUrl ?? layout.database);
  const seeded = await readSeeded(db);
  await db.destroy();
  const failing = new Set(seeded.slice(0, broken).map(({ app }) => app.id));
  const engine = new SeededEngine({
    program: ({ appId, process: name }) =>
      failing.has(appId) && name === 'worker' ? { does: 'exit', exitCode: 1 } : { does: 'wait' },
  });
  for (const { app, instances } of seeded)
    for (const instance of instances)
      await engine.startInstance({
        id: instance.id,
        app: app.name,
        appId: app.id,
        process: instance.process,
        name: instanceName(instance),
        release: instance.release,
        argv: ['node', `${instance.process}.js`],
        cwd: layout.root,
        env: {},
      });
  // A process of its own, as the real one: what it takes is not rigd's.
  const edge = fork(import.meta.filename, ['edge', rigHome, JSON.stringify({ quiet, databaseUrl })], {
    execArgv: ['--conditions=rig-source'],
  });
  await once(edge, 'message');
  edge.disconnect();
  const platform = await startPlatform({
    layout,
    engine,
    user: 'ann',
    clock: systemClock,
    log: createLogger(systemClock, { write: () => true }),
    config: {
      apiPort: 0,
      edgePort: 0,
      listen: null,
      node: process.execPath,
      version,
      baseEnvironment: { PATH: process.env.PATH ?? '' },
    },
  });
  const record: SupervisorRecord = {
    pid: process.pid,
    startTime: readStartTime(),
    protocol: SUPERVISOR_PROTOCOL,
    version,
    cookie: 'none',
    startedAt: new Date().toISOString(),
  };
  await writeFile(layout.supervisorRecord, JSON.stringify(record), { mode: 0o600 });
  process.once('SIGTERM', () => {
    void (async () => {
      await platform.close();
      edge.kill();
      await engine.shutDown();
      await rm(layout.supervisorRecord, { force: true });
      process.exit(0);
    })();
  });
  process.send?.({ url: platform.url });
}

async function readSeeded(db: OpenDatabase): Promise<SeededApp[]> {
  const apps = await everyApp(new SqlAppStore(db));
  const instances = Map.groupBy(await new SqlInstanceStore(db).list(), ({ appId }) => appId);
  return apps.map((app) => ({ app, instances: instances.get(app.id) ?? [] }));
}

/** Answers what the edge answers, and counts as its own counters do. */
async function serveEdge(socket: string, seeded: readonly SeededApp[], quiet: boolean) {
  const metrics = new TrafficMetrics();
  const apps = seeded.map(({ app, instances }) => ({
    id: app.id,
    name: app.name,
    port: 0,
    hosts: [],
    release: instances[0]?.release ?? 1,
    upstreams: instances
      .filter(({ port }) => port !== null)
      .map((instance) => ({
        instance: instance.id,
        name: instanceName(instance),
        host: '127.0.0.1',
        port: instance.port ?? 0,
      })),
  }));
  metrics.retain({ generation: 1, hostPort: 0, apps });
  const count = () => {
    for (const [number, app] of apps.entries()) {
      const requests = Math.round(loadOf(number, Date.now() / 1000));
      for (let request = 0; request < requests; request += 1) {
        const upstream = app.upstreams[request % app.upstreams.length];
        if (upstream === undefined) break;
        for (const counters of metrics.of(app, upstream) ?? []) {
          counters.answered(2 + ((request * 37) % 60), number % 11 === 0 && request % 50 === 0);
          counters.carried(400, 6_000);
        }
      }
    }
  };
  count();
  if (!quiet) setInterval(count, 1_000).unref();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://edge');
    const [epoch, tick] = [searchParams.get('epoch'), Number(searchParams.get('after'))];
    const answer = pathname.startsWith('/v1/metrics')
      ? metrics.snapshot(undefined, epoch === null ? undefined : { epoch, tick })
      : {
          pid: process.pid,
          generation: Number.MAX_SAFE_INTEGER,
          hostPort: 1,
          inFlight: {},
          failedListeners: [],
        };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  rmSync(socket, { force: true });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return server;
}

/** Plays the edge of a seeded platform until rigd ends. */
async function playEdge(rigHome: string, { quiet = false, databaseUrl }: SeededSettings): Promise<void> {
  const layout = platformLayout(rigHome);
  const db = await openDatabase(databaseUrl ?? layout.database);
  const seeded = await readSeeded(db);
  await db.destroy();
  await serveEdge(layout.edgeSocket, seeded, quiet);
  process.send?.('ready');
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(0), 1_000);
}

const [does, rigHome, settings] = process.argv.slice(2);
if (rigHome === undefined || settings === undefined)
  throw new Error('usage: seeded-rigd seed|serve|edge RIG_HOME SETTINGS');
await { seed, serve, edge: playEdge }[does as 'seed' | 'serve' | 'edge'](
  rigHome,
  JSON.parse(settings) as SeededSettings,
);

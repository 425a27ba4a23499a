import { APP_METRICS, METRIC_STEPS, PLATFORM_METRICS } from '@rig-ops/contract/resources';
import { systemClock, timestampOf } from '../../packages/server/src/clock.ts';
import type { AppRecord } from '../../packages/server/src/features/apps/app-store.ts';
import { SqlAppStore } from '../../packages/server/src/features/apps/sql-app-store.ts';
import { SqlBuildStore } from '../../packages/server/src/features/builds/sql-build-store.ts';
import { AppPorts } from '../../packages/server/src/features/deploys/app-ports.ts';
import { SqlAppPortStore } from '../../packages/server/src/features/deploys/sql-app-port-store.ts';
import { SqlEventLog } from '../../packages/server/src/features/events/sql-event-log.ts';
import type { InstanceRecord } from '../../packages/server/src/features/instances/instance-store.ts';
import { SqlInstanceStore } from '../../packages/server/src/features/instances/sql-instance-store.ts';
import { SqlMetricPointStore } from '../../packages/server/src/features/metrics/metric-point-store.ts';
import { SqlNetworkStore } from '../../packages/server/src/features/networks/sql-network-store.ts';
import { SqlReleaseStore } from '../../packages/server/src/features/releases/sql-release-store.ts';
import { newId } from '../../packages/server/src/ids.ts';
import type { openDatabase } from '../../packages/server/src/store/database.ts';

export type OpenDatabase = Awaited<ReturnType<typeof openDatabase>>;

export interface SeedSize {
  apps: number;
  /** Of each app: two workers, the rest `web`. */
  instancesPerApp: number;
  releasesPerApp: number;
  events: number;
}

const NETWORKS = ['default', 'internal', 'staging'];
const WORDS = [
  'shop',
  'billing',
  'search',
  'mailer',
  'reports',
  'images',
  'gateway',
  'accounts',
  'stock',
  'feed',
];
const HOUR_MS = 3_600_000;

/** A load as it may be: another for each app, up and down over time. Never random, so that runs are alike. */
export const loadOf = (app: number, seconds: number): number =>
  (app % 7 === 0 ? 120 : 15 + (app % 10) * 4) * (1 + 0.5 * Math.sin(seconds / 600 + app));

export interface SeededApp {
  app: AppRecord;
  instances: InstanceRecord[];
}

/** Fills a database through the stores of rigd, as months of use would have. @param folder of the platform */
export async function seedState(db: OpenDatabase, folder: string, size: SeedSize): Promise<void> {
  const stores = {
    apps: new SqlAppStore(db),
    builds: new SqlBuildStore(db),
    releases: new SqlReleaseStore(db),
    instances: new SqlInstanceStore(db),
    ports: new AppPorts(new SqlAppPortStore(db), folder),
  };
  const networks = new SqlNetworkStore(db);
  for (const name of NETWORKS.slice(1))
    await networks.create({
      name,
      createdAt: timestampOf(systemClock),
      createdBy: 'ann',
      engine: 'process',
      follows: true,
      cluster: null,
    });
  const seeded: SeededApp[] = [];
  for (let number = 0; number < size.apps; number += 1) seeded.push(await seedApp(number, size, stores));
  await seedEvents(db, seeded, size.events);
  await seedMetrics(db, seeded);
}

async function seedApp(
  number: number,
  { instancesPerApp, releasesPerApp }: SeedSize,
  stores: {
    apps: SqlAppStore;
    builds: SqlBuildStore;
    releases: SqlReleaseStore;
    instances: SqlInstanceStore;
    ports: AppPorts;
  },
): Promise<SeededApp> {
  const word = WORDS[number % WORDS.length] ?? 'app';
  const app: AppRecord = {
    id: newId('app'),
    name: number < WORDS.length ? word : `${word}-${Math.floor(number / WORDS.length) + 1}`,
    network: NETWORKS[number % NETWORKS.length] ?? 'default',
    createdAt: ago(releasesPerApp * 24 + number),
  };
  await stores.apps.create(app);
  await stores.ports.ensure(app.id);
  const workers = Math.min(2, instancesPerApp - 1);
  const runtime = {
    processes: [
      { name: 'web', instances: instancesPerApp - workers, argv: ['node', 'server.js'] },
      ...(workers > 0 ? [{ name: 'worker', instances: workers, argv: ['node', 'worker.js'] }] : []),
    ],
    env: {},
    health: { path: '/', timeoutSeconds: 30 },
    drainSeconds: 10,
  };
  for (let version = 1; version <= releasesPerApp; version += 1) {
    const createdAt = ago((releasesPerApp - version) * 24 + number / 7);
    const build = {
      id: newId('bld'),
      appId: app.id,
      bundleId: '0'.repeat(64),
      root: '.',
      inputs: null,
      createdAt,
    };
    await stores.builds.create(build);
    await stores.builds.finish(build.id, { failure: null, endedAt: createdAt });
    await stores.releases.create({
      appId: app.id,
      deployId: newId('dep'),
      buildId: build.id,
      bundleId: build.bundleId,
      detector: 'node',
      configId: null,
      runtime,
      rollbackOf: null,
      rollbackOnly: null,
      message: `Change number ${version} of ${app.name}`,
      source: null,
      createdBy: version % 3 === 0 ? 'bob' : 'ann',
      createdAt,
    });
    await stores.releases.makeLive(app.id, version, createdAt);
  }
  await stores.instances.create(
    runtime.processes.flatMap((process) =>
      Array.from({ length: process.instances }, (_, index) => ({
        id: newId('ins'),
        appId: app.id,
        release: releasesPerApp,
        process: process.name,
        ordinal: index + 1,
        port: process.name === 'web' ? 20_000 + number * 20 + index : null,
        createdAt: ago(number / 7),
      })),
    ),
  );
  for (const { id } of await stores.instances.ofApp(app.id))
    await stores.instances.setHealth(id, 'healthy', '127.0.0.1');
  return { app, instances: await stores.instances.ofApp(app.id) };
}

async function seedEvents(db: OpenDatabase, seeded: readonly SeededApp[], count: number): Promise<void> {
  const kinds = [
    ['release.live', 'is live.'],
    ['instance.restarted', 'web.1 was started again.'],
    ['app.scaled', 'web has one instance more.'],
  ] as const;
  for (let number = 0; number < count; number += 1) {
    const [kind, text] = kinds[number % kinds.length] ?? kinds[0];
    const name = seeded[number % seeded.length]?.app.name ?? null;
    const clock = { now: () => new Date(Date.now() - (count - number) * 60_000) };
    await new SqlEventLog(db, clock).append({ app: name, kind, message: `${name ?? ''}: ${text}` });
  }
}

async function seedMetrics(db: OpenDatabase, seeded: readonly SeededApp[]): Promise<void> {
  const store = new SqlMetricPointStore(db);
  const now = Date.now() / 1000;
  for (const step of [10, 60] as const) {
    const last = Math.floor(now / step);
    for (let at = last - METRIC_STEPS[step].points + 1; at <= last; at += 1) {
      const point = (number: number) => {
        const load = loadOf(number, at * step);
        const of = {
          requests: load,
          errors: number % 11 === 0 ? load / 50 : 0,
          p50: 4 + (number % 5),
          p95: 20 + load / 4,
          p99: 45 + load / 2,
          bytesIn: load * 400,
          bytesOut: load * 6_000,
          cpu: load / 3,
          memory: 400_000_000 + number * 1_000_000,
          instances: 10,
        } satisfies Record<keyof typeof APP_METRICS, number>;
        return Object.keys(APP_METRICS).map((name) => of[name as keyof typeof of]);
      };
      const platform = { cpu: 1.5, memory: 90_000_000, diskFree: 4e10, eventLoop: 22 } satisfies Record<
        keyof typeof PLATFORM_METRICS,
        number
      >;
      await store.add(step, at, {
        platform: Object.keys(PLATFORM_METRICS).map((name) => platform[name as keyof typeof platform]),
        apps: Object.fromEntries(seeded.map(({ app }, number) => [app.id, point(number)])),
      });
    }
  }
}

const ago = (hours: number): string => new Date(Date.now() - hours * HOUR_MS).toISOString();

import type { AppDetails, Instance } from '@rig-ops/contract/resources';
import { errorPercent, latest, meanOfLast, sumKnown } from './figures.ts';
import type { AppSeries, MetricsHistory, Point } from './metrics-history.ts';

/** How an app is, in one word; `unhealthy` where its checks fail although it runs. */
export type Condition = AppDetails['status'] | 'unhealthy';

/** An app as the table shows it. */
export interface AppRow {
  readonly key: string;
  readonly network: string;
  readonly condition: Condition;
  readonly release: number | null;
  /** When its newest instance was started. */
  readonly since: string | null;
  readonly ready: number;
  readonly wanted: number;
  readonly restarts: number;
  readonly cpu: Point;
  readonly memory: Point;
  readonly requests: Point;
  readonly errors: Point;
  readonly p50: Point;
  readonly p95: Point;
  readonly p99: Point;
  readonly url: string | null;
  readonly locked: boolean;
  /** What the sparklines show. */
  readonly trend: AppSeries | undefined;
}

/** Where traffic is read from: `live` each second, `settled` each ten seconds, `trend` as the user wants. */
export interface Histories {
  readonly live: MetricsHistory;
  readonly settled: MetricsHistory;
  readonly trend: MetricsHistory;
}

/** Requests are told as the mean of so many seconds: one second alone jumps. */
const RATE_SECONDS = 5;

export function describeApps(apps: readonly AppDetails[], histories: Histories): AppRow[] {
  return apps.map((app) => describeApp(app, histories));
}

function describeApp(app: AppDetails, { live, settled, trend }: Histories): AppRow {
  const alive = app.instances.filter(({ state }) => state === 'running' || state === 'starting');
  const traffic = settled.app(app.name);
  return {
    key: app.name,
    network: app.network,
    condition: conditionOf(app, alive),
    release: app.release,
    since: newestStart(alive),
    ready: alive.filter(({ state, health }) => state === 'running' && health !== 'unhealthy').length,
    wanted: app.processes.reduce((total, { instances }) => total + instances, 0),
    restarts: app.instances.reduce((total, { restarts }) => total + restarts, 0),
    cpu: sumKnown(alive.map(({ cpuPercent }) => cpuPercent)),
    memory: sumKnown(alive.map(({ memoryBytes }) => memoryBytes)),
    requests: meanOfLast(live.app(app.name)?.requests, RATE_SECONDS),
    errors: errorPercent(latest(traffic?.requests), latest(traffic?.errors)),
    p50: latest(traffic?.p50),
    p95: latest(traffic?.p95),
    p99: latest(traffic?.p99),
    url: app.url,
    locked: app.lock !== null,
    trend: trend.app(app.name),
  };
}

function conditionOf(app: AppDetails, alive: readonly Instance[]): Condition {
  return app.status === 'running' && alive.some(({ health }) => health === 'unhealthy')
    ? 'unhealthy'
    : app.status;
}

function newestStart(instances: readonly Instance[]): string | null {
  return instances.reduce<string | null>(
    (newest, { startedAt }) => (newest === null || startedAt > newest ? startedAt : newest),
    null,
  );
}

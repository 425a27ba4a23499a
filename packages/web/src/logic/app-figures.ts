import type { AppDetails, Metrics } from '@rig-ops/contract/resources';

/** What the table of apps says about one. */
export interface AppFigures {
  readonly ready: number;
  readonly wanted: number;
  readonly restarts: number;
  readonly cpu: number | null;
  readonly memory: number | null;
}

type AppSeries = Metrics['apps'][number];

/** Traffic of the last seconds: the mean of rates, the worst of latencies. */
export interface Traffic {
  readonly requests: number | null;
  readonly errors: number | null;
  /** Percent of the requests that failed; null without requests. */
  readonly errorShare: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

const add = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
};
const mean = (values: readonly number[]) =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
const most = (values: readonly number[]) => (values.length === 0 ? null : Math.max(...values));

/** An instance of the live release counts as ready while it runs and is not known to be unhealthy. */
export function figuresOf(app: AppDetails): AppFigures {
  const live = app.instances.filter(({ release }) => release === app.release);
  return {
    ready: live.filter(({ state, health }) => state === 'running' && health !== 'unhealthy').length,
    wanted: app.processes.reduce((sum, { instances }) => sum + instances, 0),
    restarts: app.instances.reduce((sum, { restarts }) => sum + restarts, 0),
    cpu: add(app.instances.map(({ cpuPercent }) => cpuPercent)),
    memory: add(app.instances.map(({ memoryBytes }) => memoryBytes)),
  };
}

const NO_TRAFFIC: Traffic = {
  requests: null,
  errors: null,
  errorShare: null,
  p50: null,
  p95: null,
  p99: null,
};

/** Over the last `points` of a series. */
export function trafficOf(series: AppSeries | undefined, points: number): Traffic {
  if (series === undefined) return NO_TRAFFIC;
  const last = (values: readonly (number | null)[]) =>
    values.slice(-points).filter((value) => value !== null);
  const requests = mean(last(series.requests));
  const errors = mean(last(series.errors));
  return {
    requests,
    errors,
    errorShare: requests === null || requests === 0 ? null : ((errors ?? 0) / requests) * 100,
    p50: most(last(series.p50)),
    p95: most(last(series.p95)),
    p99: most(last(series.p99)),
  };
}

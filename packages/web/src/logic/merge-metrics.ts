import type { Metrics } from '@rig-ops/contract/resources';

type Values = readonly (number | null)[];

const STEP_MS = { '1s': 1000, '10s': 10_000, '60s': 60_000 } as const;

/** How many points a window of each step shows: five minutes, two hours, a day. */
export const WINDOW_POINTS = { '1s': 300, '10s': 720, '60s': 1440 } as const;

/** The times of the points of an answer, in seconds. */
export function timesOf({ step, from, to }: Metrics): number[] {
  if (to === null) return [];
  const seconds = STEP_MS[step] / 1000;
  const first = Date.parse(from) / 1000;
  const length = Math.round((Date.parse(to) / 1000 - first) / seconds) + 1;
  return Array.from({ length }, (_, index) => first + index * seconds);
}

/**
 * What is known with what has come behind it, at most `limit` points of it. Where the new points do not
 * follow on the old ones, what lies between is null. An app that is new has no earlier points; one that is
 * gone is forgotten.
 */
export function mergeMetrics(old: Metrics | null, next: Metrics, limit: number): Metrics {
  if (old === null || old.to === null || old.step !== next.step) return cut(next, limit);
  if (next.to === null) return old;
  const step = STEP_MS[old.step];
  const start = Date.parse(old.from);
  const ahead = Math.round((Date.parse(next.from) - start) / step);
  // The clock of the platform was set back, or it has forgotten: what it says now counts.
  if (ahead < 0) return cut(next, limit);
  const join = <T extends object>(before: T | undefined, after: T): T =>
    Object.fromEntries(
      Object.entries(after).map(([name, values]) => [
        name,
        Array.isArray(values)
          ? append((before as Record<string, Values> | undefined)?.[name] ?? [], values as Values, ahead)
          : values,
      ]),
    ) as T;
  const apps = new Map(old.apps.map((entry) => [entry.app, entry]));
  const instances = new Map(old.instances.map((entry) => [entry.instance, entry]));
  return cut(
    {
      ...next,
      from: old.from,
      platform: next.platform === null ? null : join(old.platform ?? undefined, next.platform),
      apps: next.apps.map((entry) => join(apps.get(entry.app), entry)),
      instances: next.instances.map((entry) => join(instances.get(entry.instance), entry)),
    },
    limit,
  );
}

/** `before` filled up with null or cut to `at` points, then `after`. */
function append(before: Values, after: Values, at: number): (number | null)[] {
  const missing = Math.max(0, at - before.length);
  return [...before.slice(0, at), ...Array.from({ length: missing }, () => null), ...after];
}

function cut(metrics: Metrics, limit: number): Metrics {
  const length = timesOf(metrics).length;
  if (length <= limit) return metrics;
  const lose = length - limit;
  const shorten = <T extends object>(entry: T): T =>
    Object.fromEntries(
      Object.entries(entry).map(([name, values]) => [
        name,
        Array.isArray(values) ? values.slice(lose) : values,
      ]),
    ) as T;
  return {
    ...metrics,
    from: new Date(Date.parse(metrics.from) + lose * STEP_MS[metrics.step]).toISOString(),
    platform: metrics.platform === null ? null : shorten(metrics.platform),
    apps: metrics.apps.map(shorten),
    instances: metrics.instances.map(shorten),
  };
}

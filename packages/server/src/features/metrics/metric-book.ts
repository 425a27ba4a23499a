import {
  APP_METRICS,
  type AppMetric,
  INSTANCE_METRICS,
  type InstanceMetric,
  type MetricStep,
  PLATFORM_METRICS,
  type PlatformMetric,
} from '@rig-ops/contract/resources';
import type { StoredPoint } from './metric-point-store.ts';
import { ALL_POINTS, INSTANCE_POINTS, MetricSet } from './metric-set.ts';

const appMetrics = Object.keys(APP_METRICS) as AppMetric[];
const instanceMetrics = Object.keys(INSTANCE_METRICS) as InstanceMetric[];
const platformMetrics = Object.keys(PLATFORM_METRICS) as PlatformMetric[];

/** How long an instance that is gone stays in the book. */
const INSTANCE_SECONDS = INSTANCE_POINTS[10] * 10;

/** An instance by its place in an app. */
export interface MeasuredInstance {
  appId: string;
  /** As `web.1`. */
  name: string;
  set: MetricSet<InstanceMetric>;
}

/** Everything that was measured lately, by what it was measured of. */
export class MetricBook {
  readonly platform = new MetricSet(platformMetrics, ALL_POINTS);
  readonly apps = new Map<string, MetricSet<AppMetric>>();
  readonly instances = new Map<string, MeasuredInstance>();
  /** Stands for an app of which nothing was measured. */
  readonly emptyApp = new MetricSet(appMetrics, { 1: 1, 10: 1, 60: 1 });

  app(id: string): MetricSet<AppMetric> {
    const known = this.apps.get(id);
    if (known !== undefined) return known;
    const made = new MetricSet(appMetrics, ALL_POINTS);
    this.apps.set(id, made);
    return made;
  }

  instance(id: string, appId: string, name: string): MetricSet<InstanceMetric> {
    const known = this.instances.get(id);
    if (known !== undefined) return known.set;
    const set = new MetricSet(instanceMetrics, INSTANCE_POINTS);
    this.instances.set(id, { appId, name, set });
    return set;
  }

  /** Drops what was not measured for as long as its points are kept. */
  forgetOld(second: number): void {
    for (const [id, { set }] of this.instances)
      if (second - set.seenAt > INSTANCE_SECONDS) this.instances.delete(id);
    for (const [id, set] of this.apps) if (second - set.seenAt > ALL_POINTS[60] * 60) this.apps.delete(id);
  }

  /** @param at number of the step */
  toStored(step: MetricStep, at: number): StoredPoint {
    const latest = <M extends string>(set: MetricSet<M>, metrics: readonly M[]) => {
      const values = set.read(step, at, at);
      return metrics.map((name) => rounded(values[name][0] ?? null));
    };
    const apps = [...this.apps]
      .map(([id, set]) => [id, latest(set, appMetrics)] as const)
      .filter(([, values]) => values.some((value) => value !== null));
    return { platform: latest(this.platform, platformMetrics), apps: Object.fromEntries(apps) };
  }

  /** @param rows oldest first; app by app, since what is beside one another in memory is quickly written */
  fromStored(step: MetricStep, rows: readonly { at: number; point: StoredPoint }[]): void {
    for (const { at, point } of rows) this.platform.setValues(step, at, point.platform);
    for (const id of new Set(rows.flatMap(({ point }) => Object.keys(point.apps)))) {
      const set = this.app(id);
      for (const { at, point } of rows) {
        const values = point.apps[id];
        if (values === undefined) continue;
        set.setValues(step, at, values);
        set.seenAt = Math.max(set.seenAt, at * step);
      }
    }
  }
}

const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 1000) / 1000;

import { METRIC_STEPS, type MetricStep } from '@rig-ops/contract/resources';
import { Ring } from './ring.ts';

/** Values of one step, by metric; null for what was not measured. */
export type Point<M extends string> = Readonly<Record<M, number | null>>;

export const STEPS = [1, 10, 60] as const satisfies readonly MetricStep[];

/** Every metric of one app, instance or platform at every step. */
export class MetricSet<M extends string> {
  readonly #metrics: readonly M[];
  readonly #rings = new Map<MetricStep, Map<M, Ring>>();
  /** Number of the 1-second step at which it was measured last. */
  seenAt = 0;

  /** @param lengths how many points are kept of each step; none of a step that is left out */
  constructor(metrics: readonly M[], lengths: Partial<Record<MetricStep, number>>) {
    this.#metrics = metrics;
    for (const step of STEPS) {
      const length = lengths[step];
      if (length !== undefined)
        this.#rings.set(step, new Map(metrics.map((name) => [name, new Ring(length)])));
    }
  }

  set(step: MetricStep, at: number, point: Point<M>): void {
    for (const [name, ring] of this.#rings.get(step) ?? []) ring.set(at, point[name]);
  }

  /** @param values in the order of the metrics */
  setValues(step: MetricStep, at: number, values: readonly (number | null)[]): void {
    let place = 0;
    for (const ring of this.#rings.get(step)?.values() ?? []) {
      ring.set(at, values[place] ?? null);
      place += 1;
    }
  }

  read(step: MetricStep, from: number, to: number): Record<M, (number | null)[]> {
    const rings = this.#rings.get(step);
    const empty = () => Array.from({ length: Math.max(0, to - from + 1) }, () => null);
    return Object.fromEntries(
      this.#metrics.map((name) => [name, rings?.get(name)?.read(from, to) ?? empty()]),
    ) as Record<M, (number | null)[]>;
  }
}

/** How many points an app has of each step. */
export const ALL_POINTS = {
  1: METRIC_STEPS[1].points,
  10: METRIC_STEPS[10].points,
  60: METRIC_STEPS[60].points,
};
/** There may be many instances, and none lives for ever: two minutes, and an hour. */
export const INSTANCE_POINTS = { 1: 120, 10: 360 };

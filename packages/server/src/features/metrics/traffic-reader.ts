import {
  addTraffic,
  NO_TRAFFIC,
  quantileOf,
  subtractTraffic,
  type Traffic,
} from '@rig-ops/contract/edge-metrics';
import type { Counted, CountedTraffic } from './edge-counts.ts';

/** Rates and quantiles of what was counted over some time. */
export interface TrafficPoint {
  requests: number;
  errors: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  bytesIn: number;
  bytesOut: number;
}

export const NO_REQUESTS: TrafficPoint = {
  requests: 0,
  errors: 0,
  p50: null,
  p95: null,
  p99: null,
  bytesIn: 0,
  bytesOut: 0,
};

/** By app, and within it by instance, without those that counted nothing. */
export type TrafficPoints = Map<string, { whole: TrafficPoint; instances: Map<string, TrafficPoint> }>;

/** Of most apps at most times. */
const IDLE = { whole: NO_REQUESTS, instances: new Map<string, TrafficPoint>() };

/** Stands for the last bucket, which has no bound. */
const LONGEST_MS = 0.25 * 2 ** 19;

/** Seconds are told whole, and a look may come late; what differs by more was not measured by the same time of day. */
const MOST_DRIFT_SECONDS = 3;

/**
 * Turns the counters of the edge, which only grow, into rates over one step. What was counted before the first
 * look, or by an edge that is gone, is nobody's rate.
 */
export class TrafficReader {
  #epoch: string | null = null;
  #before: CountedTraffic = new Map();
  #at = 0;
  #steadyAt = 0;

  /**
   * @param at whole seconds of the time of day, by which points are told
   * @param steadyAt seconds of a clock that nobody sets: what counts when the time of day has jumped
   * @returns what was counted since the look before; null for the first look at an edge
   */
  read({ apps, epoch }: Counted, at: number, steadyAt: number): TrafficPoints | null {
    const [before, isFirst] = [this.#before, this.#epoch !== epoch];
    const [told, steady] = [at - this.#at, steadyAt - this.#steadyAt];
    const seconds = Math.abs(told - steady) > MOST_DRIFT_SECONDS ? steady : told;
    this.#epoch = epoch;
    this.#before = apps;
    this.#at = at;
    this.#steadyAt = steadyAt;
    if (isFirst || seconds <= 0) return null;
    const points: TrafficPoints = new Map();
    for (const [app, instances] of apps) {
      const old = before.get(app);
      if (old === instances) {
        points.set(app, IDLE);
        continue;
      }
      const gained = [...instances]
        .filter(([instance, now]) => old?.get(instance) !== now)
        .map(
          ([instance, now]) => [instance, subtractTraffic(now, old?.get(instance) ?? NO_TRAFFIC)] as const,
        );
      const whole = gained.reduce((sum, [, traffic]) => addTraffic(sum, traffic), NO_TRAFFIC);
      points.set(app, {
        whole: pointOf(whole, seconds),
        instances: new Map(gained.map(([instance, traffic]) => [instance, pointOf(traffic, seconds)])),
      });
    }
    return points;
  }
}

function pointOf(traffic: Traffic, seconds: number): TrafficPoint {
  const quantile = (q: number) => {
    const ms = quantileOf(traffic.latency, q);
    return ms === null ? null : Math.min(ms, LONGEST_MS);
  };
  return {
    requests: traffic.requests / seconds,
    errors: traffic.errors / seconds,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    bytesIn: traffic.bytesIn / seconds,
    bytesOut: traffic.bytesOut / seconds,
  };
}

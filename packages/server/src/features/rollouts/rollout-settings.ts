import type { CanaryStep, Strategy } from '@rig-ops/contract/resources';

/** What a release says about how it takes over: `[deploy]` of rig.toml with the defaults filled in. */
export interface RolloutSettings {
  strategy: Strategy;
  steps: CanaryStep[];
  /** Instances that may be started beside those that are wanted: so many, or a part of them. */
  surge: { count: number } | { percent: number };
  watchSeconds: number;
  keepSeconds: number;
  limits: TrafficLimits;
}

/** When traffic tells that a release is worse than the one before. */
export interface TrafficLimits {
  /** Percentage points by which more requests may fail. */
  errorPoints: number;
  /** Percent by which the 95th percentile of latency may be higher. */
  latencyPercent: number;
  /** Requests that must have been counted before anything is judged. */
  requests: number;
}

/** The defaults that `packages/contract` documents in rig.toml. */
export const DEFAULT_ROLLOUT: RolloutSettings = {
  strategy: 'rolling',
  steps: [
    { percent: 10, seconds: 120 },
    { percent: 50, seconds: 300 },
  ],
  surge: { percent: 25 },
  watchSeconds: 0,
  keepSeconds: 600,
  limits: { errorPoints: 5, latencyPercent: 50, requests: 20 },
};

/** How many instances of a process may be started beside `wanted`; at least one, or nothing would ever move. */
export function surgeOf({ surge }: Pick<RolloutSettings, 'surge'>, wanted: number): number {
  return Math.max(1, 'count' in surge ? surge.count : Math.ceil((wanted * surge.percent) / 100));
}

import { NO_TRAFFIC, subtractTraffic, type EdgeMetrics, type Traffic } from '@rig-ops/contract/edge-metrics';
import type { TrafficMark } from './rollout-state.ts';

/** What the edge has counted of two releases of an app so far. */
export function markOf({ apps, epoch }: EdgeMetrics, old: number | null, fresh: number): TrafficMark {
  const of = (version: number | null): Traffic => {
    const found = apps[0]?.releases.find(({ release }) => release === version);
    if (found === undefined) return NO_TRAFFIC;
    const { release: _, ...traffic } = found;
    return traffic;
  };
  return { epoch, old: of(old), fresh: of(fresh) };
}

/**
 * What was counted since a mark. An edge that was started again since counts from nothing: then that is all
 * that is known.
 */
export function trafficSince(now: TrafficMark, mark: TrafficMark | null): Pick<TrafficMark, 'old' | 'fresh'> {
  if (mark === null || mark.epoch !== now.epoch) return now;
  return { old: subtractTraffic(now.old, mark.old), fresh: subtractTraffic(now.fresh, mark.fresh) };
}

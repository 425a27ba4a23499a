import type { RolloutOrder } from '@rig-ops/contract/resources';
import type { RuntimePlan } from '../releases/release-store.ts';
import { DEFAULT_ROLLOUT, surgeOf } from './rollout-settings.ts';
import type { RolloutPlan } from './rollout-state.ts';

export interface PlanRolloutInput {
  /** `rollback` returns to what has proven itself: no canary, no watch, no release command. */
  kind: string;
  order: RolloutOrder | null;
  runtime: RuntimePlan;
  /** The version that is live. */
  from: number | null;
  /** How many instances of each process are wanted. */
  counts: ReadonlyMap<string, number>;
  /** Whether what the rollback returns to still runs. */
  isKept: boolean;
}

/** Settles how a deploy switches over: what was asked with it wins over its rig.toml. */
export function planRollout({ kind, order, runtime, from, counts, isKept }: PlanRolloutInput): RolloutPlan {
  const settings = runtime.rollout ?? DEFAULT_ROLLOUT;
  const asked = order?.strategy ?? (order?.steps === undefined ? settings.strategy : 'canary');
  const isReturn = kind === 'rollback';
  const hasWeb = counts.has('web');
  // Without requests there is nothing to share; and nobody waits for a canary of what was live already.
  const strategy = asked === 'canary' && (isReturn || !hasWeb) ? 'rolling' : asked;
  const surge = order?.surge === undefined ? settings.surge : { count: order.surge };
  const exceedsSurge = [...counts.values()].some((count) => count > surgeOf({ surge }, count));
  return {
    ...settings,
    strategy,
    steps: order?.steps ?? settings.steps,
    surge,
    watchSeconds: isReturn ? 0 : (order?.watchSeconds ?? settings.watchSeconds),
    keepSeconds: order?.keepSeconds ?? settings.keepSeconds,
    from,
    hasReleasePhase: runtime.releasePhase !== undefined && !isReturn,
    inBatches: strategy === 'rolling' && from !== null && !isKept && exceedsSurge,
  };
}

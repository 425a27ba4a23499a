import type { Traffic } from '@rig-ops/contract/edge-metrics';
import type { RolloutOrder } from '@rig-ops/contract/resources';
import type { RolloutSettings } from './rollout-settings.ts';

/** How one deploy switches over: settled once, before its release is started. */
export interface RolloutPlan extends RolloutSettings {
  /** The version that is live when it begins, and that it returns to; null when none is. */
  from: number | null;
  /** Whether a command runs before the instances start. */
  hasReleasePhase: boolean;
  /** Whether instances are replaced in several batches. */
  inBatches: boolean;
}

/** What the edge had counted at some moment. */
export interface TrafficMark {
  epoch: string;
  old: Traffic;
  fresh: Traffic;
}

/** How far the rollout of a deploy has got. Kept in the row of the deploy, so that any life of rigd can go on with it. */
export interface RolloutState {
  order: RolloutOrder | null;
  plan: RolloutPlan | null;
  /** How far the release command is: it must not run twice. */
  phase: 'started' | 'done' | null;
  /** Percent of the requests for the new release, `alike` where each instance counts alike; null: it gets none yet. */
  share: number | 'alike' | null;
  canary: { step: number; startedAt: string; mark: TrafficMark | null } | null;
  /** What was counted when the watch began; null when the edge did not tell. */
  watch: { mark: TrafficMark | null } | null;
  promoted: boolean;
  /** Who has cancelled it. */
  cancelledBy: string | null;
  /** How it went, for people; goes into the release. */
  outcome: string | null;
  /** Begun by the platform because a watched release failed. */
  automatic: boolean;
}

export const NO_ROLLOUT: RolloutState = {
  order: null,
  plan: null,
  phase: null,
  share: null,
  canary: null,
  watch: null,
  promoted: false,
  cancelledBy: null,
  outcome: null,
  automatic: false,
};

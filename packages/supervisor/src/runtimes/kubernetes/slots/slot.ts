import type { RunEnd } from '../status/pod-view.ts';

/** The pod and the run of its container that an instance is. */
export interface Binding {
  pod: string;
  uid: string;
  run: number;
}

/** How a run has ended, as far as it was seen. */
export interface SlotEnd {
  end: RunEnd | null;
  /** Why the cluster has ended its pod; null where it has not. */
  removal: { reason: string; message: string } | null;
}

/**
 * One copy of a process that somebody wants, or has given up. `ended` is held: its copy goes on under the care of the
 * cluster until somebody takes it over with a new id, or it is let go.
 */
export interface Slot {
  /** Id of the instance; null for one whose instance was forgotten without a successor so far. */
  instance: string | null;
  state: 'starting' | 'running' | 'leaving' | 'ended';
  binding: Binding | null;
  /** While it starts: the pod that it takes on where there is one, and the first run of it that is its own. */
  after: Binding | null;
}

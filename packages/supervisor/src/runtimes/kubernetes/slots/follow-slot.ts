import type { PodView } from '../status/pod-view.ts';
import type { Binding, Slot, SlotEnd } from './slot.ts';

/** What has become of a slot, as its pod tells. */
export type SlotNews =
  | { type: 'nothing' }
  /** Its pod is gone, and its program never ran there: another one is taken. */
  | { type: 'unbound' }
  | { type: 'running' }
  /** Somebody else has asked for the end of its pod. */
  | { type: 'leaving' }
  | { type: 'ended'; how: SlotEnd };

const unseen: SlotEnd = { end: null, removal: null };

/** @param pod the one it is bound to; undefined where there is no such any more */
export function followSlot(slot: Slot, pod: PodView | undefined): SlotNews {
  const { binding, state } = slot;
  if (binding === null || state === 'ended') return { type: 'nothing' };
  if (pod === undefined) return state === 'starting' ? { type: 'unbound' } : { type: 'ended', how: unseen };
  const { run, removal } = pod;
  if (run.number > binding.run) {
    const isNext = run.number === binding.run + 1;
    return { type: 'ended', how: { end: isNext ? run.before : null, removal: null } };
  }
  if (run.number === binding.run && run.end !== null)
    return { type: 'ended', how: { end: run.end, removal } };
  if (pod.over) {
    // The kubelet did not say how; it has ended the pod before its program ran, or was ended itself.
    return { type: 'ended', how: { end: null, removal } };
  }
  const begun = run.number === binding.run && run.begun;
  if (pod.leaving && state === 'starting' && !begun) return { type: 'unbound' };
  // A kubelet takes its time to let go of what it has not started.
  if (pod.leaving && state === 'leaving' && !begun) return { type: 'ended', how: unseen };
  if (begun && state === 'starting') return { type: 'running' };
  if (pod.leaving && state === 'running') return { type: 'leaving' };
  return { type: 'nothing' };
}

export const laterRun = ({ run, ...of }: Binding, by: number): Binding => ({ ...of, run: run + by });

/** The first run of a pod that nobody was told of as ended. */
export function bindingTo(pod: PodView, after: Binding | null): Binding {
  const { end, number } = pod.run;
  const free = end === null ? number : number + 1;
  const run = after?.uid === pod.uid ? Math.max(after.run, free) : free;
  return { pod: pod.name, uid: pod.uid, run };
}

/** What runs, before what is to run for the first time, before what has ended. */
const rank = ({ run }: PodView): number => (run.end !== null ? 2 : run.begun ? 0 : 1);

/**
 * The pod for a slot that has none: the one that it takes on, or else one that nobody has: what runs before what does
 * not, the oldest first. Null while there is none.
 */
export function choosePod(slot: Slot, pods: readonly PodView[], taken: ReadonlySet<string>): PodView | null {
  const free = pods.filter(({ uid, leaving, over }) => !taken.has(uid) && !leaving && !over);
  const same = free.find(({ uid }) => uid === slot.after?.uid);
  if (same !== undefined) return same;
  const [best = null] = free.toSorted(
    (a, b) => rank(a) - rank(b) || a.createdAt - b.createdAt || (a.uid < b.uid ? -1 : 1),
  );
  return best;
}

import type { PodView } from '../status/pod-view.ts';
import type { Slot } from './slot.ts';

/** What is to be done so that the cluster has the copies that somebody wants, and no others. */
export interface CopiesPlan {
  /** How many there are to be. */
  replicas: number;
  /** Pods that are to go, each with its grace. */
  remove: { pod: PodView; graceSeconds: number }[];
  /**
   * What is done first. `scale`: the cluster then ends the pods that were marked. `remove`: it would end others; it
   * makes a new one in place of each that is removed, and ends that one as it has nothing to lose.
   */
  first: 'scale' | 'remove';
}

export interface LeavingSlot extends Slot {
  graceSeconds: number;
}

/** @param marks whether the cluster heeds `pod-deletion-cost` (1.22) */
export function planCopies(
  slots: readonly LeavingSlot[],
  pods: ReadonlyMap<string, PodView>,
  marks: boolean,
): CopiesPlan {
  const staying = slots.filter(({ state }) => state !== 'leaving');
  const podOf = ({ binding }: Slot) => (binding === null ? undefined : pods.get(binding.uid));
  const remove = slots.flatMap((slot) => {
    const pod = slot.state === 'leaving' ? podOf(slot) : undefined;
    return pod === undefined || pod.over ? [] : [{ pod, graceSeconds: slot.graceSeconds }];
  });
  const live = remove.filter(({ pod }) => !pod.leaving);
  // The cluster ends first what is not ready, whatever was marked.
  const heeds = marks && staying.every((slot) => podOf(slot)?.ready === true);
  const first = staying.length === 0 || live.length === 0 || heeds ? 'scale' : 'remove';
  return { replicas: staying.length, remove, first };
}

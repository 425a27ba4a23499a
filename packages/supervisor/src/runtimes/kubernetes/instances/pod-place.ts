import type { PodInstanceSpec } from '../objects/workload-objects.ts';
import type { Binding } from '../slots/slot.ts';
import type { SlotListener } from '../slots/slot-listener.ts';

/** Where an instance is on a cluster: a copy of a Deployment, or a Job. */
export interface PodPlace {
  /** Resolves when the cluster was told. @throws RigError `cluster_…`: then nothing is there of it */
  claim(spec: PodInstanceSpec, listener: SlotListener): Promise<void>;
  /** One of an earlier supervisor. */
  adopt(spec: PodInstanceSpec, state: AdoptedState, listener: SlotListener): void;
  /** A second one can only shorten the time. */
  leave(instance: string, graceMs: number): void;
  /** Nobody asks for it any more. */
  forget(instance: string): void;
}

export interface AdoptedState {
  state: 'starting' | 'running' | 'leaving' | 'ended';
  binding: Binding | null;
  graceMs: number | null;
}

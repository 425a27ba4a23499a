import type { Cluster } from '../cluster.ts';
import type { PodInstanceSpec } from '../objects/workload-objects.ts';
import type { Workload } from '../slots/workload.ts';
import { laterRun } from '../slots/follow-slot.ts';
import type { SlotListener } from '../slots/slot-listener.ts';
import type { AdoptedState, PodPlace } from './pod-place.ts';

/** A copy of the Deployment of its process. */
export class CopyPlace implements PodPlace {
  readonly #cluster: Cluster;
  #workload: Workload | null = null;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async claim(spec: PodInstanceSpec, listener: SlotListener): Promise<void> {
    await this.#cluster.requireKnown();
    this.#workload = this.#cluster.workloadOf(spec);
    await this.#workload.claim(spec, listener);
  }

  adopt(spec: PodInstanceSpec, { state, binding, graceMs }: AdoptedState, listener: SlotListener): void {
    this.#workload = this.#cluster.workloadOf(spec);
    this.#workload.adopt(spec, {
      state,
      listener,
      binding: state === 'ended' ? null : binding,
      after: state === 'ended' && binding !== null ? laterRun(binding, 1) : null,
      graceSeconds: graceMs === null ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(graceMs / 1000)),
    });
  }

  leave(instance: string, graceMs: number): void {
    this.#workload?.leave(instance, graceMs);
  }

  forget(instance: string): void {
    this.#workload?.forget(instance);
  }
}

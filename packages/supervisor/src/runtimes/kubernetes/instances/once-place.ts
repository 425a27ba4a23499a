import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError } from '@rig-ops/contract/errors';
import { isClusterConflict, isClusterNotFound, type Job, resources } from '@rig-ops/kubernetes';
import type { Cluster } from '../cluster.ts';
import { onceName } from '../objects/object-names.ts';
import type { PodPreparation } from '../objects/pod-preparation.ts';
import {
  filesOf,
  jobOf,
  ownerOf,
  type PodInstanceSpec,
  pullOf,
  secretOf,
} from '../objects/workload-objects.ts';
import { applyAll, BEGIN } from '../objects/begin-job.ts';
import { explainEnd, unknownEnd } from '../reasons/explain-end.ts';
import { explainWait } from '../reasons/explain-wait.ts';
import { bindingTo, followSlot } from '../slots/follow-slot.ts';
import type { Slot } from '../slots/slot.ts';
import type { SlotListener } from '../slots/slot-listener.ts';
import type { PodView } from '../status/pod-view.ts';
import type { AdoptedState, PodPlace } from './pod-place.ts';

const AGAIN_MS = 1_000;

/** A Job of its own, for what runs once: where its pod is lost it counts as ended, and is not started again. */
export class OncePlace implements PodPlace {
  readonly #cluster: Cluster;
  readonly #preparationOf: (spec: PodInstanceSpec, workload: string) => PodPreparation;
  #spec: PodInstanceSpec | null = null;
  #listener: SlotListener | null = null;
  #pod: PodView | null = null;
  readonly #slot: Slot = { instance: null, state: 'starting', binding: null, after: null };
  #graceSeconds = Number.POSITIVE_INFINITY;
  #removing: Promise<void> | null = null;

  constructor(cluster: Cluster, preparationOf: (spec: PodInstanceSpec, workload: string) => PodPreparation) {
    this.#cluster = cluster;
    this.#preparationOf = preparationOf;
  }

  async claim(spec: PodInstanceSpec, listener: SlotListener): Promise<void> {
    await this.#cluster.requireKnown();
    const { client, namespaces } = this.#cluster;
    await namespaces.ensure(spec.pod);
    this.#spec = spec;
    this.#listener = listener;
    this.#slot.instance = spec.id;
    this.#cluster.followPods(spec.id, this);
    try {
      const name = onceName(spec.app, spec.process, spec.id);
      const preparation = this.#preparationOf(spec, name);
      const job = await this.#create(spec, preparation);
      const owner = ownerOf('Job', job);
      await applyAll(client, [
        filesOf(spec, name, owner),
        preparation.pullKeys === null ? null : pullOf(spec, preparation.pullKeys, name, owner),
        secretOf(spec, name, owner),
      ]);
      // Somebody may have had enough of it meanwhile.
      if ((this.#slot.state as string) === 'starting')
        await client.merge(resources.jobs, { name, namespace: spec.pod.namespace }, BEGIN);
    } catch (error) {
      namespaces.doubt(spec.pod.namespace);
      this.#cluster.unfollowPods(spec.id);
      void this.#remove();
      throw error;
    }
  }

  adopt(spec: PodInstanceSpec, { state, binding }: AdoptedState, listener: SlotListener): void {
    this.#spec = spec;
    this.#listener = listener;
    Object.assign(this.#slot, { instance: spec.id, state, binding });
    if (state !== 'ended') this.#cluster.followPods(spec.id, this);
    this.#cluster.follow();
    if (state === 'starting' && binding === null) void this.#endUnlessBegun(spec);
  }

  leave(instance: string, graceMs: number): void {
    this.#graceSeconds = Math.min(this.#graceSeconds, Math.max(1, Math.ceil(graceMs / 1000)));
    if (this.#slot.state === 'ended') return;
    this.#slot.state = 'leaving';
    void this.#end(instance);
  }

  forget(instance: string): void {
    this.#cluster.unfollowPods(instance);
    this.#removing ??= this.#remove();
  }

  podChanged(pod: PodView): void {
    this.#pod = pod;
    if (this.#slot.binding === null && this.#slot.state === 'starting') {
      this.#slot.binding = bindingTo(pod, null);
      this.#listener?.bound(this.#slot.binding);
    }
    this.#follow(pod.uid === this.#slot.binding?.uid ? pod : undefined);
  }

  podGone(pod: PodView): void {
    this.podChanged(pod);
    this.#pod = null;
    if (this.#slot.state !== 'ended' && pod.uid === this.#slot.binding?.uid) this.#ended(unknownEnd);
  }

  podsListed(uids: ReadonlySet<string>): void {
    const { binding, state } = this.#slot;
    if (state !== 'ended' && binding !== null && !uids.has(binding.uid)) this.#ended(unknownEnd);
    else if (state === 'leaving' && binding === null) this.#ended(unknownEnd);
  }

  #follow(pod: PodView | undefined): void {
    const { argv = [], pod: of } = this.#spec ?? {};
    const [program = ''] = argv;
    const news = followSlot(this.#slot, pod);
    switch (news.type) {
      case 'running':
        this.#slot.state = 'running';
        this.#listener?.running();
        break;
      case 'leaving':
        this.#listener?.leaving();
        break;
      case 'ended': {
        const end = explainEnd(news.how, program);
        // Over before anybody looked.
        if (this.#slot.state === 'starting' && end.exitCode !== null) this.#listener?.running();
        this.#ended(end);
        break;
      }
      case 'unbound':
        // Its pod goes before it ran: it is not begun again.
        break;
      case 'nothing': {
        if (this.#slot.state !== 'starting' || pod?.wait == null) break;
        const { text, hopeless } = explainWait(pod.wait, { image: of?.image ?? '', program });
        if (hopeless) this.#ended({ ...unknownEnd, startError: text });
        else this.#listener?.waits(text);
        break;
      }
    }
  }

  #ended(end: typeof unknownEnd): void {
    if (this.#slot.state === 'ended') return;
    this.#slot.state = 'ended';
    this.#listener?.ended(end);
  }

  /** @throws RigError `cluster_…` */
  async #create(spec: PodInstanceSpec, preparation: PodPreparation): Promise<Job> {
    const { client } = this.#cluster;
    const name = onceName(spec.app, spec.process, spec.id);
    const job = jobOf(spec, preparation);
    try {
      return await client.create(resources.jobs, job);
    } catch (error) {
      if (!isClusterConflict(error)) throw error;
      // It was asked for before, and the answer was lost.
      const { namespace } = spec.pod;
      const found = await client.find(resources.jobs, { name, namespace });
      if (found === null) throw error;
      return found;
    }
  }

  /** An earlier supervisor has ended before all was there that its pod needs, and took that along: nobody can begin it. */
  async #endUnlessBegun({ app, id, pod, process }: PodInstanceSpec): Promise<void> {
    const which = { name: onceName(app, process, id), namespace: pod.namespace };
    while (this.#slot.state === 'starting' && this.#slot.binding === null) {
      try {
        const job = await this.#cluster.client.find(resources.jobs, which);
        if (job?.spec?.parallelism !== 0 && job !== null) return;
        if (this.#slot.state === 'starting')
          this.#ended({ ...unknownEnd, startError: 'it was cut off before its pod was made' });
        return;
      } catch (error) {
        if (!isRigError(error)) throw error;
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  /** Its pod first, so that how it ended is told; the Job would take it along without. */
  async #end(instance: string): Promise<void> {
    const { client } = this.#cluster;
    for (;;) {
      try {
        const pod = this.#pod;
        if (pod === null) {
          await this.#remove();
          if (this.#slot.binding === null) this.#ended(unknownEnd);
          return;
        }
        const { name, namespace, uid } = pod;
        // It would make another pod in its place.
        await this.#hold();
        await client.delete(resources.pods, { name, namespace }, { uid, graceSeconds: this.#graceSeconds });
        return;
      } catch (error) {
        if (!isRigError(error)) throw error;
        if (this.#removing !== null || (this.#slot.state as string) === 'ended') return;
        this.#listener?.waits(`${instance} waits for the cluster`);
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  async #hold(): Promise<void> {
    const spec = this.#spec;
    if (spec === null) return;
    const { app, id, pod, process } = spec;
    const which = { name: onceName(app, process, id), namespace: pod.namespace };
    try {
      await this.#cluster.client.merge(resources.jobs, which, { spec: { parallelism: 0 } });
    } catch (error) {
      if (!isClusterNotFound(error)) throw error;
    }
  }

  async #remove(): Promise<void> {
    const spec = this.#spec;
    if (spec === null) return;
    const name = onceName(spec.app, spec.process, spec.id);
    for (;;) {
      try {
        await this.#cluster.client.delete(resources.jobs, { name, namespace: spec.pod.namespace });
        return;
      } catch (error) {
        if (!isRigError(error)) throw error;
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
  }
}

import { isRigError } from '@rig-ops/contract/errors';
import { isClusterAway, type Deployment } from '@rig-ops/kubernetes';
import type { Log } from '../../../log.ts';
import type { PodInstanceSpec } from '../objects/workload-objects.ts';
import type { PodView } from '../status/pod-view.ts';
import { Copies, type CopySlot } from './copies.ts';
import { planCopies } from './plan-copies.ts';
import type { SlotListener } from './slot-listener.ts';
import type { WorkloadObjects } from './workload-objects.ts';

export interface WorkloadOptions {
  objects: WorkloadObjects;
  /** Whether what there is on the cluster is known: before, absence means nothing. */
  isKnown: () => boolean;
  /** Whether the cluster heeds `pod-deletion-cost`. */
  marks: () => boolean;
  /** It is empty, and nothing of it is on the cluster. */
  onEmpty: () => void;
  log: Log;
}

const AGAIN_MS = { least: 500, most: 30_000 };
const LOOK_MS = 1_000;
/** Nobody tells of a Service or a policy that somebody has changed. */
const DOUBT_MS = 5 * 60_000;

/**
 * A process of a release on a cluster. What somebody wants of it is noted at once; one pass after another then brings
 * the cluster in line with that, whatever was done or failed before.
 */
export class Workload {
  readonly #options: WorkloadOptions;
  readonly #copies: Copies;
  /** Of the instance that was started last: the same for all, but for the environment. */
  #spec: PodInstanceSpec | null = null;
  readonly #asked: PromiseWithResolvers<void>[] = [];
  #dirty = false;
  #acting = false;
  #closed = false;
  #pause = AGAIN_MS.least;
  #timer: NodeJS.Timeout | null = null;
  /** As `performance.now()`. */
  #dueAt = 0;
  #doubtedAt = performance.now();

  constructor(options: WorkloadOptions) {
    this.#options = options;
    this.#copies = new Copies(
      () => ({ image: this.#spec?.pod.image ?? '', program: this.#spec?.argv[0] ?? '' }),
      options.isKnown,
    );
  }

  get isEmpty(): boolean {
    return this.#copies.slots.length === 0 && this.#asked.length === 0;
  }

  /** Resolves when the cluster was told. @throws RigError `cluster_…`: then there is no slot of it */
  async claim(spec: PodInstanceSpec, listener: SlotListener): Promise<void> {
    this.#spec = spec;
    this.#options.objects.want(spec);
    this.#copies.claim(spec.id, spec.name, listener);
    const asked = Promise.withResolvers<void>();
    this.#asked.push(asked);
    this.wake();
    try {
      await asked.promise;
    } catch (error) {
      this.#copies.leave(spec.id, 0);
      this.#copies.forget(spec.id);
      this.wake();
      throw error;
    }
  }

  /** One of an earlier supervisor. */
  adopt(spec: PodInstanceSpec, slot: Partial<CopySlot>): void {
    this.#spec ??= spec;
    this.#options.objects.adopt(spec);
    this.#copies.adopt({ instance: spec.id, name: spec.name, ...slot });
  }

  leave(instance: string, graceMs: number): void {
    this.#copies.leave(instance, Math.max(1, Math.ceil(graceMs / 1000)));
    this.wake();
  }

  forget(instance: string): void {
    this.#copies.forget(instance);
    this.wake();
  }

  podChanged(pod: PodView): void {
    this.#copies.podChanged(pod);
    this.wake();
  }

  podGone(pod: PodView): void {
    this.#copies.podGone(pod);
    this.wake();
  }

  /** What of its pods is not among these has gone. */
  podsListed(uids: ReadonlySet<string>): void {
    for (const pod of this.#copies.pods.values()) if (!uids.has(pod.uid)) this.#copies.podGone(pod);
    this.#copies.look();
    this.wake();
  }

  /** As the cluster has it; null where it has none. */
  deploymentChanged(deployment: Deployment | null): void {
    this.#options.objects.seen(deployment);
    this.#copies.deploymentChanged(deployment);
    this.wake();
  }

  /** Somebody has removed it: it is made again where something of it is wanted. */
  deploymentGone({ metadata }: Deployment): void {
    if (this.#options.objects.isAnother(metadata?.uid)) return;
    this.deploymentChanged(null);
  }

  /** Copies that an earlier supervisor has left, and that no instance has. */
  holdUnknown(): void {
    this.#copies.holdUnknown(this.#options.objects.replicas ?? 0);
    this.wake();
  }

  wake(): void {
    if (performance.now() - this.#doubtedAt > DOUBT_MS * 0.9) {
      this.#doubtedAt = performance.now();
      this.#options.objects.doubt();
    }
    this.#dirty = true;
    if (!this.#acting && !this.#closed) void this.#act();
  }

  /** Does nothing more; what is on the cluster stays. */
  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #act(): Promise<void> {
    this.#acting = true;
    // Whoever has it made has something to say first.
    await Promise.resolve();
    while (this.#dirty && !this.#closed && this.#options.isKnown()) {
      this.#dirty = false;
      const asked = this.#asked.splice(0);
      try {
        await this.#pass();
        for (const { resolve } of asked) resolve();
        this.#pause = AGAIN_MS.least;
      } catch (error) {
        for (const { reject } of asked) reject(error);
        this.#troubled(error, asked.length > 0);
      }
    }
    this.#acting = false;
    this.#schedule();
  }

  async #pass(): Promise<void> {
    const { objects, marks, onEmpty } = this.#options;
    this.#copies.expire(performance.now());
    this.#copies.look();
    const { slots, pods } = this.#copies;
    if (slots.length === 0) {
      await objects.removeAll();
      if (this.isEmpty && !this.#dirty) {
        this.close();
        onEmpty();
      }
      return;
    }
    const { replicas, remove, first } = planCopies(slots, pods, marks());
    if (first === 'scale') {
      if (replicas > 0 && marks()) await objects.mark(remove.map(({ pod }) => pod));
      await objects.scale(replicas);
    }
    await objects.removePods(remove);
    if (first === 'remove') await objects.scale(replicas);
  }

  #troubled(error: unknown, told: boolean): void {
    if (!isRigError(error)) throw error;
    const { log, objects } = this.#options;
    if (!told && !isClusterAway(error))
      log.warn('a workload is not as it should be', { workload: objects.name, error });
    this.#again(this.#pause);
    this.#pause = Math.min(AGAIN_MS.most, this.#pause * 2);
  }

  /** Times that go by tell as much as events do. */
  #schedule(): void {
    const held = this.#copies.untilExpiry(performance.now());
    if (held !== null) this.#again(held);
    else if (this.#copies.slots.some(({ state }) => state === 'starting')) this.#again(LOOK_MS);
    else this.#again(DOUBT_MS * (0.9 + Math.random() / 5));
  }

  /** The earliest of what was asked for counts. */
  #again(inMs: number): void {
    const due = performance.now() + inMs;
    if (this.#closed || (this.#timer !== null && this.#dueAt <= due)) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#dueAt = due;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.wake();
    }, inMs);
    this.#timer.unref();
  }
}

import { explainDeployment } from '../reasons/explain-failure.ts';
import { explainEnd, unknownEnd } from '../reasons/explain-end.ts';
import { explainWait, type WaitExplained } from '../reasons/explain-wait.ts';
import type { PodView } from '../status/pod-view.ts';
import type { Deployment } from '@rig-ops/kubernetes';
import { bindingTo, choosePod, followSlot, laterRun } from './follow-slot.ts';
import type { LeavingSlot } from './plan-copies.ts';
import type { Slot } from './slot.ts';
import type { SlotListener } from './slot-listener.ts';

export interface CopySlot extends LeavingSlot {
  /** As `web.1`. */
  name: string | null;
  listener: SlotListener | null;
  /** As `performance.now()`: when one that nobody takes over is let go; null while an instance has it. */
  heldUntil: number | null;
}

export interface CopiesOptions {
  image: string;
  program: string;
}

/** How long a copy of which the instance was forgotten waits for the next instance of its process. */
export const HOLD_MS = 15_000;
/** A pod that was refused once may be let in a moment later: a quota is counted anew when another pod has gone. */
const REFUSED_MS = 5_000;

/** The slots of a process of a release, and the pods that they are bound to. Decides; asks the cluster for nothing. */
export class Copies {
  readonly slots: CopySlot[] = [];
  readonly pods = new Map<string, PodView>();
  readonly #options: () => CopiesOptions;
  readonly #isKnown: () => boolean;
  #refused: { text: string; since: number } | null = null;

  /** @param isKnown whether the cluster has told what pods there are */
  constructor(options: () => CopiesOptions, isKnown: () => boolean = () => true) {
    this.#options = options;
    this.#isKnown = isKnown;
  }

  /** A copy for an instance: one that was held, or one more. */
  claim(instance: string, name: string, listener: SlotListener): void {
    const held = this.slots.filter(({ heldUntil }) => heldUntil !== null);
    const taken = held.find((slot) => slot.name === name) ?? held[0];
    const slot: CopySlot = taken ?? newSlot();
    Object.assign(slot, { instance, name, listener, heldUntil: null, state: 'starting', binding: null });
    if (taken === undefined) this.slots.push(slot);
    this.look();
  }

  /** One that an earlier supervisor had. */
  adopt(slot: Partial<CopySlot>): void {
    this.slots.push({ ...newSlot(), ...slot });
  }

  /** Copies that nobody knows are held: whoever wants one comes soon. */
  holdUnknown(replicas: number): void {
    for (
      let count = this.slots.filter(({ state }) => state !== 'leaving').length;
      count < replicas;
      count += 1
    )
      this.slots.push({ ...newSlot(), state: 'ended', heldUntil: performance.now() + HOLD_MS });
  }

  /** The copy of an instance is to go; a shorter grace counts. */
  leave(instance: string, graceSeconds: number): void {
    const slot = this.#of(instance);
    if (slot === undefined) return;
    slot.graceSeconds = Math.min(slot.graceSeconds, graceSeconds);
    this.#letGo(slot);
    this.look();
  }

  /** Nobody asks for the instance any more. */
  forget(instance: string): void {
    const slot = this.#of(instance);
    if (slot === undefined) return;
    slot.instance = null;
    slot.listener = null;
    if (slot.state === 'ended') slot.heldUntil = performance.now() + HOLD_MS;
    else this.#letGo(slot);
  }

  /** Lets go of what was held too long. */
  expire(now: number): void {
    for (const slot of this.slots) if (slot.heldUntil !== null && slot.heldUntil <= now) this.#letGo(slot);
  }

  /** Milliseconds until something was held too long; null where nothing is held. */
  untilExpiry(now: number): number | null {
    const times = this.slots.flatMap(({ heldUntil }) => heldUntil ?? []);
    return times.length === 0 ? null : Math.max(1, Math.min(...times) - now);
  }

  podChanged(pod: PodView): void {
    this.pods.set(pod.uid, pod);
    this.look();
  }

  /** @param last as it was when it went */
  podGone(last: PodView): void {
    // Nobody takes it any more, and who has it is told by what it says last.
    this.pods.set(last.uid, { ...last, leaving: true });
    this.look();
    this.pods.delete(last.uid);
    this.look();
  }

  /** Whether the cluster lets it have its pods. */
  deploymentChanged(deployment: Deployment | null): void {
    const found = deployment === null ? null : explainDeployment(deployment);
    if (found === null) this.#refused = null;
    else if (this.#refused?.text !== found.text)
      this.#refused = {
        text: found.text,
        since: found.hopeless ? performance.now() : Number.POSITIVE_INFINITY,
      };
    this.look();
  }

  /** Follows what there is. May be called at any time. */
  look(): void {
    // Those that are over are taken out meanwhile.
    const slots = [...this.slots];
    for (const slot of slots) this.#follow(slot);
    const taken = new Set(this.slots.flatMap(({ binding }) => binding?.uid ?? []));
    for (const slot of this.slots.filter(({ state, binding }) => state === 'starting' && binding === null)) {
      const pod = choosePod(slot, [...this.pods.values()], taken);
      if (pod === null) {
        this.#tellRefused(slot);
        continue;
      }
      taken.add(pod.uid);
      slot.binding = bindingTo(pod, slot.after);
      slot.after = null;
      slot.listener?.bound(slot.binding);
      this.#follow(slot);
    }
  }

  #of(instance: string): CopySlot | undefined {
    return this.slots.find((slot) => slot.instance === instance);
  }

  #letGo(slot: CopySlot): void {
    if (slot.state === 'leaving') return;
    // Of one that has ended, what the cluster has made of it since.
    if (slot.state === 'ended') {
      slot.binding = slot.after === null || !this.pods.has(slot.after.uid) ? null : slot.after;
      slot.listener = null;
    }
    slot.heldUntil = null;
    slot.state = 'leaving';
  }

  #follow(slot: CopySlot): void {
    if (slot.state === 'leaving' && slot.binding === null) {
      this.#drop(slot);
      slot.listener?.ended(unknownEnd);
      return;
    }
    const pod = slot.binding === null ? undefined : this.pods.get(slot.binding.uid);
    // One that nobody has looked for has not gone.
    if (slot.binding !== null && pod === undefined && !this.#isKnown()) return;
    const news = followSlot(slot, pod);
    const { program } = this.#options();
    switch (news.type) {
      case 'unbound':
        slot.binding = null;
        slot.listener?.waits(null);
        break;
      case 'running':
        slot.state = 'running';
        slot.listener?.running();
        break;
      case 'leaving':
        slot.listener?.leaving();
        break;
      case 'ended': {
        const end = explainEnd(news.how, program);
        // Over before anybody looked: it ran, and has said something.
        if (slot.state === 'starting' && end.exitCode !== null) slot.listener?.running();
        if (slot.state === 'leaving') this.#drop(slot);
        else this.#ended(slot, 1);
        slot.listener?.ended(end);
        break;
      }
      case 'nothing':
        if (slot.state === 'starting' && pod !== undefined) this.#tellWait(slot, pod);
        break;
    }
  }

  /** @param next by how many runs the next one of its pod is later */
  #ended(slot: CopySlot, next: number): void {
    slot.after = slot.binding === null ? null : laterRun(slot.binding, next);
    slot.binding = null;
    slot.state = 'ended';
  }

  #tellWait(slot: CopySlot, pod: PodView): void {
    if (pod.wait === null) {
      slot.listener?.waits(null);
      return;
    }
    this.#tell(slot, explainWait(pod.wait, this.#options()));
  }

  #tellRefused(slot: CopySlot): void {
    if (this.#refused === null) return;
    const { text, since } = this.#refused;
    this.#tell(slot, { text, hopeless: performance.now() - since > REFUSED_MS });
  }

  #tell(slot: CopySlot, { text, hopeless }: WaitExplained): void {
    if (!hopeless) {
      slot.listener?.waits(text);
      return;
    }
    this.#ended(slot, 0);
    slot.listener?.ended({ ...unknownEnd, startError: text });
  }

  #drop(slot: CopySlot): void {
    const index = this.slots.indexOf(slot);
    if (index >= 0) this.slots.splice(index, 1);
  }
}

const newSlot = (): CopySlot & Slot => ({
  instance: null,
  state: 'starting',
  binding: null,
  after: null,
  graceSeconds: Number.POSITIVE_INFINITY,
  name: null,
  listener: null,
  heldUntil: null,
});

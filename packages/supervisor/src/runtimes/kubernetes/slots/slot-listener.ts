import type { PodEnd } from '../reasons/explain-end.ts';
import type { Binding } from './slot.ts';

/** What the instance of a slot is told. Nothing after `ended`. */
export interface SlotListener {
  /** It has a pod, be it another one than before. */
  bound(binding: Binding): void;
  /** Its program does not run yet. */
  waits(why: string | null): void;
  /** Its program runs, or did. */
  running(): void;
  /** Its pod has been asked to end, by somebody else than rig. */
  leaving(): void;
  ended(end: PodEnd): void;
}

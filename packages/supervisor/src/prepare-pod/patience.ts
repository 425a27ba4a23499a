import { setTimeout as sleep } from 'node:timers/promises';
import { PreparationError } from './preparation-error.ts';

export interface PatienceOptions {
  /** How long is waited in all without any progress; then the kubelet begins anew. */
  readonly patienceMs: number;
  readonly firstPauseMs: number;
  readonly mostPauseMs: number;
  /** Told what stands in the way, and what happens next. */
  readonly tell: (line: string) => void;
}

/** A platform that is upgraded is back in seconds; one whose node was lost, in minutes. */
export const usualPatience = { patienceMs: 5 * 60_000, firstPauseMs: 250, mostPauseMs: 15_000 } as const;

/** Decides after each failure whether, and when, to try again; whatever helps on starts it afresh. */
export class Patience {
  readonly #options: PatienceOptions;
  #pauseMs: number;
  #since: number | null = null;

  constructor(options: PatienceOptions) {
    this.#options = options;
    this.#pauseMs = options.firstPauseMs;
  }

  /** Something came. */
  progress(): void {
    this.#since = null;
    this.#pauseMs = this.#options.firstPauseMs;
  }

  /** Waits before another try. @throws the failure itself when there is to be none */
  async after(failure: unknown): Promise<void> {
    if (!(failure instanceof PreparationError) || !failure.passes) throw failure;
    const now = performance.now();
    this.#since ??= now;
    if (now - this.#since >= this.#options.patienceMs) throw failure;
    // All pods of a platform that comes back would ask at once.
    const pauseMs = this.#pauseMs * (0.75 + Math.random() / 2);
    this.#pauseMs = Math.min(this.#pauseMs * 2, this.#options.mostPauseMs);
    this.#options.tell(`${failure.message} Trying again in ${(pauseMs / 1000).toFixed(1)} s.`);
    await sleep(pauseMs);
  }
}

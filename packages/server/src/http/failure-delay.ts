import { setTimeout } from 'node:timers/promises';

const WINDOW_MS = 60_000;
/** Typing mistakes and a stale context cost nothing. */
const FREE_FAILURES = 5;
const LONGEST_DELAY_MS = 1_000;

/** Slows down guessing: after a few failures within a minute, each further one waits up to a second for its answer. */
export class FailureDelay {
  #failures: number[] = [];

  async wait(signal: AbortSignal): Promise<void> {
    const now = performance.now();
    this.#failures = this.#failures.filter((at) => now - at < WINDOW_MS).slice(-20);
    this.#failures.push(now);
    const excess = this.#failures.length - FREE_FAILURES;
    if (excess <= 0) return;
    const delay = Math.min(LONGEST_DELAY_MS, 25 * 2 ** excess);
    // A client that went away, or the end of rigd, ends the wait; there is nobody left to tell.
    await setTimeout(delay, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

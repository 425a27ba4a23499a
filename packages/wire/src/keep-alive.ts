import { SILENT_INTERVALS } from './protocol.ts';

/**
 * Asks at every interval for a sign of life and tells when none came for three. It counts intervals, not
 * time: a process that was suspended finds what has arrived meanwhile before it judges.
 */
export class KeepAlive {
  #silent = 0;
  readonly #timer: ReturnType<typeof setInterval> | null;

  constructor(intervalMs: number, ask: () => void, onSilence: () => void) {
    if (intervalMs === 0) {
      this.#timer = null;
      return;
    }
    this.#timer = setInterval(() => {
      this.#silent += 1;
      if (this.#silent > SILENT_INTERVALS) onSilence();
      else ask();
    }, intervalMs);
    // In Node a connection must not hold up the process by its timer; in a browser there is nothing to hold up.
    const timer: { unref?: () => void } = this.#timer;
    timer.unref?.();
  }

  heard(): void {
    this.#silent = 0;
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }
}

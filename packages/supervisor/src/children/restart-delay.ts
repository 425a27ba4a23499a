/** Below this age a death counts as one more failure to start. */
const SETTLED_MS = 10_000;
const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;

/** How long to wait before a program is started again: not at all at first, then longer and longer. */
export class RestartDelay {
  #quickDeaths = 0;

  /** Milliseconds to wait after a death at the age of `aliveMs`. */
  next(aliveMs: number): number {
    if (aliveMs >= SETTLED_MS) this.#quickDeaths = 0;
    const delay =
      this.#quickDeaths === 0 ? 0 : Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#quickDeaths - 1));
    this.#quickDeaths += 1;
    return delay;
  }
}

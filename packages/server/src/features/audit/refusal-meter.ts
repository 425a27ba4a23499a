/** Within one window so many refusals of strangers become events: of one address, … */
const OF_ONE_ADDRESS = 60;
/** … and of all together. */
const OF_ALL = 600;
const WINDOW_MS = 60_000;

export interface LeftOut {
  readonly count: number;
  /** At most ten of the addresses they came from. */
  readonly clients: readonly string[];
}

/**
 * Bounds what those who have no credentials can make the audit log grow by: beyond a rate their refused
 * requests are counted instead, and the count is an event.
 */
export class RefusalMeter {
  #windowEnds = 0;
  #counted = 0;
  readonly #byAddress = new Map<string, number>();
  #leftOut = 0;
  readonly #clients = new Set<string>();

  /** Whether a refusal is to be an event of its own. */
  admits(client: string, now = performance.now()): boolean {
    if (now >= this.#windowEnds) {
      this.#windowEnds = now + WINDOW_MS;
      this.#counted = 0;
      this.#byAddress.clear();
    }
    const ofAddress = (this.#byAddress.get(client) ?? 0) + 1;
    if (this.#counted < OF_ALL && ofAddress <= OF_ONE_ADDRESS) {
      this.#counted += 1;
      this.#byAddress.set(client, ofAddress);
      return true;
    }
    this.#leftOut += 1;
    if (this.#clients.size < 10) this.#clients.add(client);
    return false;
  }

  /** What was only counted since the last call; undefined for nothing. */
  takeLeftOut(): LeftOut | undefined {
    if (this.#leftOut === 0) return undefined;
    const leftOut = { count: this.#leftOut, clients: [...this.#clients] };
    this.#leftOut = 0;
    this.#clients.clear();
    return leftOut;
  }
}

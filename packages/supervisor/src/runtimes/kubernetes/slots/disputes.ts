const WINDOW_MS = 10 * 60_000;
/** A person who tries something out does not come more often; a controller does. */
const MOST = 3;

/** How often something was put back after others, so that two who each want it their way do not go on for ever. */
export class Disputes {
  readonly #times = new Map<string, number[]>();
  readonly #told = new Set<string>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether to insist once more; counts it. */
  mayInsist(manager: string): boolean {
    const since = this.#now() - WINDOW_MS;
    const recent = (this.#times.get(manager) ?? []).filter((at) => at > since);
    const may = recent.length < MOST;
    if (may) {
      recent.push(this.#now());
      this.#told.delete(manager);
    }
    this.#times.set(manager, recent);
    return may;
  }

  /** Whether this is the first time that it is not insisted on; counts it. */
  isNew(manager: string): boolean {
    const isNew = !this.#told.has(manager);
    this.#told.add(manager);
    return isNew;
  }
}

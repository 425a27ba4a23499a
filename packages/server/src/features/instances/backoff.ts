const FIRST_MS = 500;
const MOST_MS = 30_000;
/** An instance that lived so long had started well: its next end is a new story. */
const SETTLED_MS = 30_000;

/** How long each place in a process table waits before its next start. */
export class Backoff {
  readonly #delays = new Map<string, number>();

  /** Notes an end after `livedMs` and returns the wait before the next start, in milliseconds. */
  next(place: string, livedMs: number): number {
    const before = livedMs >= SETTLED_MS ? undefined : this.#delays.get(place);
    const wait = before === undefined ? FIRST_MS : Math.min(before * 2, MOST_MS);
    this.#delays.set(place, wait);
    return wait;
  }
}

import type { Clock } from '../../clock.ts';

const WINDOW_MS = 60_000;
const FAILURES = 5;
const LOCKED_MS = 60_000;
const REMEMBERED = 10_000;

interface Entry {
  since: number;
  failures: number;
  /** 0 while it is not locked. */
  lockedUntil: number;
}

/** Shuts out who fails too often: for a minute, after five failures within one. */
export class Lockout {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds until it is let in again; undefined when it is not locked out. */
  lockedFor(key: string): number | undefined {
    const left = (this.#entries.get(key)?.lockedUntil ?? 0) - this.#clock.now().getTime();
    return left > 0 ? Math.ceil(left / 1_000) : undefined;
  }

  /** @returns whether this failure locked it out */
  noteFailure(key: string): boolean {
    const now = this.#clock.now().getTime();
    const known = this.#entries.get(key);
    const stale = known === undefined || now - known.since >= WINDOW_MS;
    const entry = stale ? { since: now, failures: 0, lockedUntil: 0 } : known;
    entry.failures += 1;
    const locks = entry.failures >= FAILURES && entry.lockedUntil <= now;
    if (locks) Object.assign(entry, { since: now, failures: 0, lockedUntil: now + LOCKED_MS });
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const oldest = this.#entries.size > REMEMBERED ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest);
    return locks;
  }
}

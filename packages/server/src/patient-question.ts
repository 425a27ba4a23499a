import { setTimeout as delay } from 'node:timers/promises';

/**
 * A question to another process that everybody may ask at any time: it is under way once at most, and who asks
 * waits no longer than its patience since it was put, so that one that hangs is told of at once from then on.
 */
export class PatientQuestion<T> {
  readonly #ask: () => Promise<T>;
  readonly #patienceMs: number;
  #asked: { answer: Promise<T | undefined>; at: number } | null = null;
  #latest: { answer: T; at: number } | null = null;

  constructor(ask: () => Promise<T>, patienceMs: number) {
    this.#ask = ask;
    this.#patienceMs = patienceMs;
  }

  /** The latest answer that is no older; undefined when there is none in time. Does not reject. */
  async answer(maxAgeMs = 0): Promise<T | undefined> {
    const now = performance.now();
    const latest = this.latest(maxAgeMs);
    if (latest !== undefined) return latest;
    this.#asked ??= { answer: this.#put(), at: now };
    const { answer, at } = this.#asked;
    const left = this.#patienceMs - (now - at);
    if (left <= 0) return undefined;
    const answered = new AbortController();
    const late = delay(left, undefined, { signal: answered.signal }).catch(() => undefined);
    const first = await Promise.race([answer, late]);
    answered.abort();
    return first;
  }

  /** The latest answer that is no older, without asking. */
  latest(maxAgeMs: number): T | undefined {
    const latest = this.#latest;
    return latest === null || performance.now() - latest.at > maxAgeMs ? undefined : latest.answer;
  }

  async #put(): Promise<T | undefined> {
    try {
      const answer = await this.#ask();
      this.#latest = { answer, at: performance.now() };
      return answer;
    } catch {
      return undefined;
    } finally {
      this.#asked = null;
    }
  }
}

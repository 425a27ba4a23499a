import { RigError } from '@rig-ops/contract/errors';
import type { Clock } from '../../clock.ts';

/** A script that runs commands one after another stays below; it is for what goes on without end. */
const BURST = 5_000;
const REFILL_PER_SECOND = 100;
/** Somebody who is refused and tries on is slowed down long before. */
const COST_OF_REFUSAL = 100;
const REMEMBERED_USERS = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** Bounds how fast one user opens sessions, and more so what is refused: a bucket of tokens for each user. */
export class OpeningMeter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws RigError `opening_too_fast` */
  take(userId: string): void {
    const bucket = this.#refilled(userId);
    if (bucket.tokens < 1) {
      const retryAfterSeconds = Math.ceil((1 - bucket.tokens) / REFILL_PER_SECOND);
      throw new RigError(
        'opening_too_fast',
        `Sessions are opened too fast; in ${retryAfterSeconds} s more may be opened.`,
        { details: { retryAfterSeconds } },
      );
    }
    bucket.tokens -= 1;
  }

  /** What was asked for was refused by a policy. */
  noteRefusal(userId: string): void {
    const bucket = this.#refilled(userId);
    bucket.tokens = Math.max(-BURST, bucket.tokens - COST_OF_REFUSAL);
  }

  #refilled(userId: string): Bucket {
    const now = this.#clock.now().getTime();
    const known = this.#buckets.get(userId) ?? { tokens: BURST, at: now };
    // A clock that was set back refills nothing.
    const passed = Math.max(0, now - known.at) / 1_000;
    const bucket = { tokens: Math.min(BURST, known.tokens + passed * REFILL_PER_SECOND), at: now };
    this.#buckets.delete(userId);
    this.#buckets.set(userId, bucket);
    const oldest = this.#buckets.size > REMEMBERED_USERS ? this.#buckets.keys().next().value : undefined;
    if (oldest !== undefined) this.#buckets.delete(oldest);
    return bucket;
  }
}

import type { SessionLimits } from '@rig-ops/contract/channels';
import {
  type DeadlineCause,
  deadlinesOf,
  lengthOf,
  type SessionTimes,
  WARNED,
  warningOf,
} from './session-deadline.ts';

/** setTimeout(3) of Node takes 32 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface SessionClockOptions {
  limits: SessionLimits;
  times: () => SessionTimes;
  /** A limit was reached. */
  onDeadline: (why: DeadlineCause) => void;
  /** A limit is near: in so many seconds. */
  onNear: (why: 'idle' | 'maximum' | 'detached', seconds: number) => void;
  now?: () => number;
  /** Calls after some time; the answer takes it back. */
  after?: (milliseconds: number, call: () => void) => () => void;
}

const systemAfter = (milliseconds: number, call: () => void) => {
  const timer = setTimeout(call, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
};

/** Watches the limits of one session with one timer; activity moves nothing until it is looked at. */
export class SessionClock {
  readonly #options: SessionClockOptions;
  readonly #now: () => number;
  readonly #after: (milliseconds: number, call: () => void) => () => void;
  /** Deadlines that were told already. */
  readonly #told = new Map<DeadlineCause, number>();
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(options: SessionClockOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#after = options.after ?? systemAfter;
  }

  /** When the next limit will end it; null for never. */
  get endsAt(): number | null {
    return this.#deadlines().find(({ why }) => why !== 'forsaken')?.at ?? null;
  }

  /** Looks anew, now that something has changed. */
  look(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#stopped) return;
    const now = this.#now();
    let next = Number.POSITIVE_INFINITY;
    for (const { at, why } of this.#deadlines()) {
      if (at <= now) {
        this.#options.onDeadline(why);
        // What that has changed is looked at by whoever changed it.
        if (this.#cancel !== null || this.#stopped) return;
        continue;
      }
      next = Math.min(next, at, this.#warn(why, at, now));
    }
    if (next === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#after(Math.min(next - now, LONGEST_TIMER_MS), () => this.look());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Tells that a limit is near. @returns when it is to be told, if later */
  #warn(why: DeadlineCause, at: number, now: number): number {
    if (!WARNED.includes(why) || this.#told.get(why) === at) return Number.POSITIVE_INFINITY;
    const from = at - warningOf(lengthOf(why, this.#options.limits));
    if (from > now) return from;
    this.#told.set(why, at);
    this.#options.onNear(why as 'idle' | 'maximum' | 'detached', Math.ceil((at - now) / 1_000));
    return Number.POSITIVE_INFINITY;
  }

  #deadlines() {
    return deadlinesOf(this.#options.times(), this.#options.limits);
  }
}

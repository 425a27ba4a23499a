import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError, RigError } from '@rig-ops/contract/errors';

/** What is held of the platform while it can be reached. */
export interface Held {
  /** Settles when it is lost, or was ended by the platform: with the reason. */
  readonly over: Promise<unknown>;
}

export interface PlatformLinkOptions<T extends Held> {
  connect: () => Promise<T>;
  /** The connection was lost. */
  onLost: () => void;
  /** It is there again. */
  onBack: () => void;
  /** It will not come again: the credentials have ended, or the platform was away for too long. */
  onGone: (error: unknown) => void;
  /** How long a platform may be away, in milliseconds. */
  patienceMs: number;
  signal: AbortSignal;
}

/** Losses after which another attempt makes sense. */
const passing = new Set(['connection_lost', 'unreachable']);
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** How long somebody who has just connected here waits for a platform that is away. */
const WAIT_MS = 10_000;

/** What is held of the platform, taken anew when it was lost. */
export class PlatformLink<T extends Held> {
  readonly #options: PlatformLinkOptions<T>;
  #held: Promise<T>;
  /** What was held last, lost or not. */
  latest: T;

  constructor(options: PlatformLinkOptions<T>, held: T) {
    this.#options = options;
    this.#held = Promise.resolve(held);
    this.latest = held;
    void this.#watch(held);
  }

  /** @throws RigError unreachable when the platform is not back in a while */
  async get(): Promise<T> {
    const waiting = sleep(WAIT_MS, undefined, { ref: false }).then(() => {
      throw new RigError('unreachable', 'The connection to the platform is lost.', {
        hint: 'It is tried again; see `rig platform status`.',
      });
    });
    return await Promise.race([this.#held, waiting]);
  }

  async #watch({ over }: T): Promise<void> {
    const { onLost, onBack, onGone, signal } = this.#options;
    const reason = await over;
    if (signal.aborted) return;
    if (!isPassing(reason)) {
      onGone(reason);
      return;
    }
    onLost();
    const opening = this.#reconnect();
    this.#held = opening;
    opening.catch(() => undefined);
    try {
      const fresh = await opening;
      this.latest = fresh;
      if (signal.aborted) return;
      onBack();
      void this.#watch(fresh);
    } catch (error) {
      if (!signal.aborted) onGone(error);
    }
  }

  async #reconnect(): Promise<T> {
    const { connect, patienceMs, signal } = this.#options;
    const deadline = performance.now() + patienceMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await connect();
      } catch (error) {
        if (!isPassing(error) || performance.now() >= deadline || signal.aborted) throw error;
      }
      // At random, so that the clients of a platform that comes back do not all come at once.
      const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10));
      await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}

const isPassing = (error: unknown): boolean => isRigError(error) && passing.has(error.code);

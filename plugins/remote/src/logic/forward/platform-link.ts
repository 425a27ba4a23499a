import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { Connection } from '../channel.ts';

export interface PlatformLinkOptions {
  connect: () => Promise<Connection>;
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

/** The shared connection, made anew when it was lost. */
export class PlatformLink {
  readonly #options: PlatformLinkOptions;
  #connection: Promise<Connection>;

  constructor(options: PlatformLinkOptions, connection: Connection) {
    this.#options = options;
    this.#connection = Promise.resolve(connection);
    void this.#watch(connection);
  }

  /** @throws RigError unreachable when the platform is not back in a while */
  async get(): Promise<Connection> {
    const waiting = sleep(WAIT_MS, undefined, { ref: false }).then(() => {
      throw new RigError('unreachable', 'The connection to the platform is lost.', {
        hint: 'It is tried again; see `rig platform status`.',
      });
    });
    return await Promise.race([this.#connection, waiting]);
  }

  async #watch(connection: Connection): Promise<void> {
    const { onLost, onBack, onGone, signal } = this.#options;
    await connection.closed;
    if (signal.aborted) return;
    onLost();
    const opening = this.#reconnect();
    this.#connection = opening;
    opening.catch(() => undefined);
    try {
      const fresh = await opening;
      if (signal.aborted) return;
      onBack();
      void this.#watch(fresh);
    } catch (error) {
      if (!signal.aborted) onGone(error);
    }
  }

  async #reconnect(): Promise<Connection> {
    const { connect, patienceMs, signal } = this.#options;
    const deadline = performance.now() + patienceMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await connect();
      } catch (error) {
        const again = isRigError(error) && passing.has(error.code) && performance.now() < deadline;
        if (!again || signal.aborted) throw error;
      }
      // At random, so that the clients of a platform that comes back do not all come at once.
      const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10));
      await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}

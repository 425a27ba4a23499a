import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Pause } from '../pause.ts';

/** How much faster it goes than the time itself. */
const SPEED = 1_000;

/** A time in which minutes pass in milliseconds, but never at once: what happens beside gets its turn. */
export class VirtualTime {
  #ahead = 0;

  readonly clock: Clock = { now: () => new Date(Date.now() + this.#ahead) };

  readonly pause: Pause = async (ms, signal) => {
    signal.throwIfAborted();
    try {
      await delay(Math.max(2, ms / SPEED), undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
    this.#ahead += ms;
  };
}

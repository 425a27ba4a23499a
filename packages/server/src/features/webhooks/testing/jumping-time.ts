import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../../clock.ts';
import type { Pause } from '../../../pause.ts';

/** A time in which a pause of any length takes milliseconds: hours pass at once when nothing else is to be done. */
export class JumpingTime {
  #ahead = 0;

  readonly clock: Clock = { now: () => new Date(Date.now() + this.#ahead) };

  readonly pause: Pause = async (ms, signal) => {
    signal.throwIfAborted();
    await delay(5, undefined, { signal });
    this.#ahead += ms;
  };

  pass(ms: number): void {
    this.#ahead += ms;
  }
}

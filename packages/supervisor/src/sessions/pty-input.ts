import { writeSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** How often a terminal that takes nothing is tried again at once, and the pauses after that. */
const EAGER_TRIES = 50;
const PAUSE_MS = { first: 1, most: 50 };

/**
 * What is typed into a terminal. Its stream of Node writes without leaving the event loop until all is taken
 * (libuv does so for the master of a terminal), so that a program that does not read would stop everything here.
 */
export class PtyInput {
  readonly #fd: number;
  #open = true;
  #last: Promise<boolean> = Promise.resolve(true);

  /** @param fd not blocking */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Resolves when the terminal has taken all, or with false when it is closed. */
  async write(bytes: Uint8Array): Promise<boolean> {
    const before = this.#last;
    this.#last = before.then(async () => await this.#put(bytes));
    return await this.#last;
  }

  /** The descriptor is closed, or about to be. */
  close(): void {
    this.#open = false;
  }

  async #put(bytes: Uint8Array): Promise<boolean> {
    let tries = 0;
    for (let offset = 0; offset < bytes.length; ) {
      if (!this.#open) return false;
      const taken = this.#try(bytes, offset);
      if (taken === null) return false;
      offset += taken;
      if (taken > 0) tries = 0;
      else if (++tries <= EAGER_TRIES) await nextTurn();
      else
        await sleep(Math.min(PAUSE_MS.first * (tries - EAGER_TRIES), PAUSE_MS.most), undefined, {
          ref: false,
        });
    }
    return true;
  }

  /** Null when it takes no more at all. */
  #try(bytes: Uint8Array, offset: number): number | null {
    try {
      return writeSync(this.#fd, bytes, offset);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : null;
    }
  }
}

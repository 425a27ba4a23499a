import { closeSync, constants, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** open(2): a descriptor of the file itself, which counts neither as its reader nor as its writer (Linux). */
const O_PATH = 0o10000000;
/** Pauses between two looks for somebody who waits, in milliseconds: first and longest. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/**
 * Releases those who open a named pipe for reading when its writer has gone already. They wait for a
 * writer to come (fifo(7)), where the reader of a plain pipe would be told its end: `cat /dev/stdin` in a
 * script that gets around to it late would hang. A writer that comes and goes is all they wait for.
 */
export class LateReaders {
  readonly #fd: number | null;

  /** @param path the pipe, while it has its name */
  constructor(path: string) {
    this.#fd = process.platform === 'linux' ? openSync(path, O_PATH) : null;
  }

  /** Goes on until `until` settles; the writer must have ended. */
  async release(until: Promise<unknown>): Promise<void> {
    const over = until.then(
      () => true,
      () => true,
    );
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      if (await Promise.race([over, sleep(pause, false, { ref: false })])) return;
      if (this.#fd === null) return;
      try {
        closeSync(openSync(`/proc/self/fd/${this.#fd}`, constants.O_WRONLY | constants.O_NONBLOCK));
      } catch {
        // ENXIO: nobody reads at all.
      }
    }
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
  }
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Consumed bytes that are worth a process to give back. */
const WORTH_BYTES = 32 * 1024 * 1024;
/** Blocks are freed whole; a block that is consumed in part stays. */
const BLOCK_BYTES = 4096;

/**
 * Gives the space of consumed bytes back to the disk while a program goes on writing behind them: a hole
 * is punched, so offsets stay what they are. Where `fallocate` is missing (it comes with util-linux) or
 * the file system has no holes, the space comes back when the file is removed.
 */
export class SpaceReclaimer {
  #available = process.platform === 'linux';

  /** How far the file is reclaimed after the call, in bytes. */
  async reclaim(
    path: string,
    reclaimed: number,
    consumed: number,
    worthBytes = WORTH_BYTES,
  ): Promise<number> {
    const end = consumed - (consumed % BLOCK_BYTES);
    if (!this.#available || end - reclaimed < worthBytes) return reclaimed;
    const range = ['--offset', String(reclaimed), '--length', String(end - reclaimed)];
    try {
      await run('fallocate', ['--punch-hole', ...range, path]);
      return end;
    } catch {
      this.#available = false;
      return reclaimed;
    }
  }
}

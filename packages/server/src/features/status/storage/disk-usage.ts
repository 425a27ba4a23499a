import { lstat, opendir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';

/** `st_blocks` is told in these, whatever a block of the file system is: stat(2). */
const BLOCK_BYTES = 512;
/** After so many files others get their turn: nobody waits for this, and rigd has better things to do. */
const FILES_AT_ONCE = 100;
const PAUSE_MS = 40;

/** Adds up what files take on disk, as `du` does: blocks, each file once however many names it has. */
export class DiskUsage {
  readonly #signal: AbortSignal;
  readonly #seen = new Set<string>();
  #files = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Bytes of a file, or of a folder with all that is in it; what is gone or cannot be read is not counted. */
  async of(path: string): Promise<number> {
    const folders: string[] = [];
    let bytes = await this.#add(path, folders);
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      try {
        // Name by name: an app may have made a million of them.
        for await (const { name } of await opendir(folder))
          bytes += await this.#add(join(folder, name), folders);
      } catch {
        // It was removed while it was read, or is not for us.
        this.#signal.throwIfAborted();
      }
    }
    return bytes;
  }

  async #add(path: string, folders: string[]): Promise<number> {
    this.#files += 1;
    if (this.#files % FILES_AT_ONCE === 0) await delay(PAUSE_MS, undefined, { signal: this.#signal });
    const file = await lstat(path).catch(() => null);
    if (file === null) return 0;
    if (file.isDirectory()) folders.push(path);
    else if (file.nlink > 1) {
      const key = `${file.dev}:${file.ino}`;
      if (this.#seen.has(key)) return 0;
      this.#seen.add(key);
    }
    return file.blocks * BLOCK_BYTES;
  }
}

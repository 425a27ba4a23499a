/** Whole blocks of two chunks make one frame of a sealed segment, of 1 MiB with what is written beside them. */
const CHUNK_BYTES = 508 * 1024;

/** So many chunks are under way at once, whatever the number of programs. */
const MOST = 8;

/**
 * Memory in which output is read, lent for one chunk at a time: a hundred quiet programs need none, and a hundred
 * loud ones no more than a few.
 */
export class ChunkPool {
  readonly #spare: Buffer[] = [];
  readonly #waiting: ((chunk: Buffer) => void)[] = [];
  #made = 0;

  /** Lends memory to `use`, as soon as there is some; it must be done with it when it settles. */
  async lend<T>(use: (chunk: Buffer) => Promise<T>): Promise<T> {
    const chunk = this.#spare.pop() ?? (await this.#next());
    try {
      return await use(chunk);
    } finally {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#spare.push(chunk);
      else waiting(chunk);
    }
  }

  #next(): Promise<Buffer> {
    if (this.#made < MOST) {
      this.#made += 1;
      return Promise.resolve(Buffer.allocUnsafeSlow(CHUNK_BYTES));
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

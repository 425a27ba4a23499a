import { open, readFile, rename, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The signed checkpoints, a line each, in a file of their own (0600): whoever alters the database has
 * yet to reach them.
 */
export class CheckpointFile {
  readonly #path: string;
  #lines: string[];

  private constructor(path: string, lines: string[]) {
    this.#path = path;
    this.#lines = lines;
  }

  static async open(folder: string): Promise<CheckpointFile> {
    const path = join(folder, 'checkpoints.ndjson');
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    const whole = bytes.lastIndexOf(0x0a) + 1;
    // A line whose writing was cut short was never relied upon.
    if (whole < bytes.length) await truncate(path, whole);
    const lines = bytes.subarray(0, whole).toString().split('\n').slice(0, -1);
    return new CheckpointFile(path, lines);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Resolves once the line will survive a loss of power. */
  async append(line: string): Promise<void> {
    const file = await open(this.#path, 'a', 0o600);
    try {
      await file.writeFile(`${line}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    this.#lines = [...this.#lines, line];
  }

  /** Leaves out the first `count` lines; a reader sees the old file or the new one. */
  async dropFirst(count: number): Promise<void> {
    if (count === 0) return;
    const lines = this.#lines.slice(count);
    const fresh = `${this.#path}.new`;
    const file = await open(fresh, 'w', 0o600);
    try {
      await file.writeFile(lines.map((line) => `${line}\n`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, this.#path);
    this.#lines = lines;
  }
}

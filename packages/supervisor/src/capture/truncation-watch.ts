import type { FileHandle } from 'node:fs/promises';

/** Tells when a program has truncated its own output, as `> /dev/stdout` in a shell does. */
export class TruncationWatch {
  /** Time of the last change when everything had been read; null before. */
  #quietSince: bigint | null = null;

  /** There was something to read: the time of the last change says nothing any more. */
  reset(): void {
    this.#quietSince = null;
  }

  /**
   * For a file without a byte behind the `read` ones: whether it is shorter than that, or was written to
   * since the last look without becoming longer.
   */
  async look(file: Pick<FileHandle, 'chmod' | 'stat'>, read: number): Promise<boolean> {
    const { size, mtimeNs } = await file.stat({ bigint: true });
    if (size < read) return true;
    if (size > read) return false;
    const before = this.#quietSince;
    this.#quietSince = mtimeNs;
    if (before === null || before === mtimeNs) return false;
    // The kernel notes the time of a write before its length, so a write under way looks the same. A change
    // of mode waits for the file's lock, and thus for that write.
    await file.chmod(0o600);
    return (await file.stat({ bigint: true })).size <= read;
  }
}

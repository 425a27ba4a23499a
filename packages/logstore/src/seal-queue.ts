import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sealSegment } from './seal-segment.ts';
import { listSegments } from './segment-file.ts';

/** Seals the segments of a store that are written to no longer, one after the other, behind the writer. */
export class SealQueue {
  readonly #dir: string;
  #running: Promise<void> | null = null;
  #again = false;
  #closed = false;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Looks what there is to seal: everything but the newest segment. */
  start(): void {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  /** Waits for the segment under way; what is left is for the next writer. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        await this.#removeDrafts();
        await this.#sealAll();
      } catch {
        // A full disk, for the most part: the segment stays open and is tried again with the next one.
      }
    }
  }

  /** Of a sealing that was killed. */
  async #removeDrafts(): Promise<void> {
    for (const name of await readdir(this.#dir)) {
      if (name.endsWith('.sealing')) await rm(join(this.#dir, name), { force: true });
    }
  }

  async #sealAll(): Promise<void> {
    for (const segment of (await listSegments(this.#dir)).slice(0, -1)) {
      if (this.#closed) return;
      if (!segment.sealed) await sealSegment(this.#dir, segment);
    }
  }
}

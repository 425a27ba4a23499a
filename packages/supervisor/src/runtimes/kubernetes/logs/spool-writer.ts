import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import type { PodLogPosition } from './pod-log-position.ts';

const FLUSH_BYTES = 256 * 1024;
const KEEP_MS = 1_000;

/** What of a log is new, with where its piece is. */
export interface FreshBytes {
  at: bigint;
  count: number;
  begins: boolean;
  bytes: Buffer;
  /** How many of the bytes the file has already. */
  written: number;
}

/**
 * Appends to a spool file, and keeps the position that belongs to it once a second: what was written later is found again by the size
 * of the file. Memory: what comes in one turn of the event loop.
 */
export class SpoolWriter {
  readonly #fd: number;
  readonly #onPosition: (position: PodLogPosition) => void;
  #position: PodLogPosition;
  /** Position behind what is pending. */
  #ahead: PodLogPosition;
  #pending: Buffer[] = [];
  #bytes = 0;
  #keptAt = 0;
  #scheduled = false;

  constructor(path: string, position: PodLogPosition, onPosition: (position: PodLogPosition) => void) {
    this.#fd = openSync(path, 'a', 0o600);
    this.#position = { ...position };
    this.#ahead = { ...position };
    this.#onPosition = onPosition;
  }

  get position(): PodLogPosition {
    return this.#position;
  }

  /** Of the file now. */
  get size(): number {
    return fstatSync(this.#fd).size;
  }

  add({ at, count, begins, bytes, written }: FreshBytes): void {
    const { size, into, latest } = this.#ahead;
    this.#ahead = {
      at: String(at),
      count,
      into: (begins ? 0 : into) + bytes.length,
      latest: latest === null || at > BigInt(latest) ? String(at) : latest,
      size: size + bytes.length,
    };
    if (written < bytes.length) {
      this.#pending.push(bytes.subarray(written));
      this.#bytes += bytes.length - written;
    }
    if (this.#bytes >= FLUSH_BYTES) this.flush();
    else this.#schedule();
  }

  /** What was not written is asked for again. */
  drop(): void {
    this.#pending = [];
    this.#bytes = 0;
    this.#ahead = { ...this.#position };
  }

  /** @throws when it could not be written; it is pending still, but for what was */
  flush(): void {
    if (this.#pending.length > 0) {
      const bytes = Buffer.concat(this.#pending);
      let done = 0;
      try {
        while (done < bytes.length) done += writeSync(this.#fd, bytes, done);
      } finally {
        this.#pending = done < bytes.length ? [bytes.subarray(done)] : [];
        this.#bytes = bytes.length - done;
      }
    }
    this.#position = { ...this.#ahead };
    if (performance.now() - this.#keptAt > KEEP_MS) this.keep();
  }

  keep(): void {
    this.#keptAt = performance.now();
    this.#onPosition(this.#position);
  }

  close(): void {
    this.keep();
    closeSync(this.#fd);
  }

  /** Behind what has come at once. A failure is found again by the next piece, or at the end. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      try {
        this.flush();
      } catch {
        // A full disk: it waits here, and is tried again with what comes next.
      }
    });
  }
}

import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import type { PodLogPosition } from './pod-log-position.ts';

const FLUSH_BYTES = 256 * 1024;
const KEEP_MS = 1_000;
/** A log comes line by line: what has been written just now is followed by more. */
const GATHER_MS = 5;

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
  /** Behind what is pending; null where nothing is. */
  #ahead: Ahead | null = null;
  #pending: Buffer[] = [];
  #bytes = 0;
  #keptAt = 0;
  #flushedAt = 0;
  #scheduled = false;
  #closed = false;

  constructor(path: string, position: PodLogPosition, onPosition: (position: PodLogPosition) => void) {
    this.#fd = openSync(path, 'a', 0o600);
    this.#position = { ...position };
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
    const ahead = this.#ahead ?? aheadOf(this.#position);
    if (begins) ahead.into = 0;
    ahead.at = at;
    ahead.count = count;
    ahead.into += bytes.length;
    if (at > ahead.latest) ahead.latest = at;
    ahead.size += bytes.length;
    this.#ahead = ahead;
    if (written < bytes.length) {
      this.#pending.push(bytes.subarray(written));
      this.#bytes += bytes.length - written;
    }
    if (this.#bytes >= FLUSH_BYTES) this.flush();
    else this.#schedule();
  }

  /** The time of the first line of the file of the cluster that is read now. */
  set file(first: bigint) {
    this.#position = { ...this.#position, file: String(first) };
  }

  /** What was not written is asked for again. */
  drop(): void {
    this.#pending = [];
    this.#bytes = 0;
    this.#ahead = null;
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
    if (this.#ahead !== null) {
      const { at, latest, ...rest } = this.#ahead;
      this.#position = { ...this.#position, ...rest, at: String(at), latest: String(latest) };
      this.#ahead = null;
    }
    this.#flushedAt = performance.now();
    if (performance.now() - this.#keptAt > KEEP_MS) this.keep();
  }

  keep(): void {
    this.#keptAt = performance.now();
    this.#onPosition(this.#position);
  }

  close(): void {
    this.#closed = true;
    this.keep();
    closeSync(this.#fd);
  }

  /** Behind what has come at once. A failure is found again by the next piece, or at the end. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (performance.now() - this.#flushedAt > GATHER_MS) setImmediate(this.#flushSoon);
    else setTimeout(this.#flushSoon, GATHER_MS);
  }

  readonly #flushSoon = (): void => {
    this.#scheduled = false;
    if (this.#closed) return;
    try {
      this.flush();
    } catch {
      // A full disk: it waits here, and is tried again with what comes next.
    }
  };
}

interface Ahead {
  at: bigint;
  latest: bigint;
  count: number;
  into: number;
  size: number;
}

const aheadOf = ({ at, count, into, latest, size }: PodLogPosition): Ahead => ({
  at: BigInt(at ?? 0),
  latest: BigInt(latest ?? 0),
  count,
  into,
  size,
});

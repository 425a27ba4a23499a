import { mkdir } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { LogCursor, LogSource } from '@rig-ops/contract/log-record';
import { MAX_BLOCK_BYTES } from './block-layout.ts';
import { type BlockInput, encodeBlock, recordCount } from './encode-block.ts';
import { type RecoveredStore, recoverStore } from './recover-store.ts';
import { SEGMENT_BYTES, segmentName } from './segment-file.ts';
import { SegmentWriter } from './segment-writer.ts';
import { toWriteError } from './write-error.ts';
import { acquireWriterLock, type WriterLock } from './writer-lock.ts';

/** One write takes what has queued up meanwhile, up to so many appends. */
const APPENDS_PER_WRITE = 64;

/** Spool files whose position a new segment repeats; beyond it the longest unused are left out. */
const MAX_SPOOLS = 4096;

export interface AppendLine {
  /** Milliseconds since the epoch. */
  at: number;
  source: LogSource;
  bytes: Uint8Array;
  /** The line goes on in the next line of this source. */
  partial?: boolean;
}

/** How far a spool file has been consumed once the lines beside it are written. */
export interface SpoolPosition {
  key: string;
  offset: number;
}

export interface LogWriter {
  /** Last written record; seq 0 before the first. */
  readonly end: LogCursor;
  /**
   * Appends lines as one block, all of it or nothing; resolves with the new end when written (not
   * fsynced). `spool` travels in the same block, so that a writer that died goes on exactly where the
   * store ends. Await it before the next: what waits is held in memory.
   *
   * @throws RigError `disk_full`: nothing of it stays, and appending works again once there is space.
   * `invalid_input`: more than 8 MiB in one append.
   */
  append(lines: AppendLine[], spool?: SpoolPosition): Promise<LogCursor>;
  /** Consumed bytes of a spool file, as recovered from the store; 0 when unknown. */
  spoolOffset(key: string): number;
  /** Lets go of a spool file that was removed; its position is repeated no longer. */
  forgetSpool(key: string): void;
  /** Names records that could not be kept; they take their numbers. */
  gap(count: number, reason: 'dropped' | 'damaged'): Promise<void>;
  /** Writes what waits, syncs and lets other writers in. */
  close(): Promise<void>;
}

interface Waiting {
  input: BlockInput;
  resolve(cursor: LogCursor): void;
  reject(error: unknown): void;
}

/**
 * Opens a store for appending and creates its folder. A torn tail is cut and the epoch grows, so that a
 * cursor never means two things.
 *
 * @throws RigError `disk_full`; `unexpected` with `details.lockedBy` when another writer has it.
 */
export async function openLogWriter(dir: string): Promise<LogWriter> {
  let lock: WriterLock | null = null;
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    lock = await acquireWriterLock(dir);
    const store = await recoverStore(dir);
    const writer = new SegmentedLogWriter(dir, lock, store);
    await writer.resume(store.last, lock.afterReboot);
    return writer;
  } catch (error) {
    await lock?.release();
    throw toWriteError(error, dir);
  }
}

class SegmentedLogWriter implements LogWriter {
  #dir: string;
  #lock: WriterLock;
  #end: LogCursor;
  #epoch: number;
  #spools: Map<string, number>;
  #segment: SegmentWriter | null = null;
  #queue: Waiting[] = [];
  #pumping: Promise<void> | null = null;
  #closed: Promise<void> | null = null;

  constructor(dir: string, lock: WriterLock, store: RecoveredStore) {
    this.#dir = dir;
    this.#lock = lock;
    this.#end = store.end;
    this.#epoch = store.end.epoch;
    this.#spools = store.spools;
  }

  get end(): LogCursor {
    return this.#end;
  }

  /** After a restart of the machine even whole blocks may have been lost, so the epoch grows then too. */
  async resume(last: RecoveredStore['last'], afterReboot: boolean): Promise<void> {
    if (last === null) return;
    const { magic, name, goodBytes, isTorn } = last;
    if (isTorn || afterReboot) this.#epoch += 1;
    const segment =
      magic === null
        ? await this.#createSegment()
        : await SegmentWriter.resume(this.#dir, name, magic, goodBytes);
    this.#segment = segment;
    if (this.#epoch === this.#end.epoch) return;
    // The mark overwrites the torn bytes before the rest of them is cut: the epoch is safe at every moment.
    const { error } = await segment.append([this.#mark(segment)]);
    if (error !== null) {
      await segment.close();
      throw error;
    }
    await segment.cutTail();
    this.#end = { epoch: this.#epoch, seq: this.#end.seq };
  }

  append(lines: AppendLine[], spool?: SpoolPosition): Promise<LogCursor> {
    if (lines.length === 0 && spool === undefined) return Promise.resolve(this.#end);
    return this.#enqueue({ lines, spools: spool === undefined ? [] : [[spool.key, spool.offset]] });
  }

  async gap(count: number, reason: 'dropped' | 'damaged'): Promise<void> {
    if (count > 0) await this.#enqueue({ lines: [], spools: [], gap: { count, reason } });
  }

  spoolOffset(key: string): number {
    return this.#spools.get(key) ?? 0;
  }

  forgetSpool(key: string): void {
    this.#spools.delete(key);
  }

  close(): Promise<void> {
    this.#closed ??= this.#shut();
    return this.#closed;
  }

  async #shut(): Promise<void> {
    await this.#pumping;
    try {
      await this.#segment?.close();
    } finally {
      await this.#lock.release();
    }
  }

  #enqueue(input: BlockInput): Promise<LogCursor> {
    if (this.#closed !== null) {
      return Promise.reject(new RigError('unexpected', `The log in ${this.#dir} was closed already.`));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ input, resolve, reject });
      this.#pumping ??= this.#pump();
    });
  }

  async #pump(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, APPENDS_PER_WRITE);
      try {
        await this.#write(batch);
      } catch (error) {
        for (const waiting of batch) waiting.reject(toWriteError(error, this.#dir));
      }
    }
    this.#pumping = null;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const segment = await this.#writableSegment();
    const units: Buffer[] = segment.size === 0 ? [this.#mark(segment)] : [];
    const prefaced = units.length;
    const encoded: { waiting: Waiting; end: LogCursor }[] = [];
    let end: LogCursor = { epoch: this.#epoch, seq: this.#end.seq };
    for (const waiting of batch) {
      const unit = this.#encode(segment, end.seq + 1, waiting);
      if (unit === null) continue;
      end = { epoch: this.#epoch, seq: end.seq + recordCount(waiting.input) };
      units.push(unit);
      encoded.push({ waiting, end });
    }
    const { written, error } = await segment.append(units);
    for (const [index, { waiting, end }] of encoded.entries()) {
      if (index < written - prefaced) this.#settle(waiting, end);
      else waiting.reject(toWriteError(error, this.#dir));
    }
  }

  #settle(waiting: Waiting, end: LogCursor): void {
    this.#end = end;
    for (const [key, offset] of waiting.input.spools) {
      // Removed first, so that the map stays in order of last use.
      this.#spools.delete(key);
      this.#spools.set(key, offset);
    }
    waiting.resolve(end);
  }

  #encode(segment: SegmentWriter, seq: number, waiting: Waiting): Buffer | null {
    try {
      const unit = encodeBlock(segment.magic, { epoch: this.#epoch, seq }, waiting.input);
      if (unit.length <= MAX_BLOCK_BYTES) return unit;
      throw new RangeError(`${unit.length} bytes, and ${MAX_BLOCK_BYTES} are allowed`);
    } catch (error) {
      const message = `One append to the log in ${this.#dir} is too large: ${(error as Error).message}.`;
      waiting.reject(new RigError('invalid_input', message, { cause: error }));
      return null;
    }
  }

  async #writableSegment(): Promise<SegmentWriter> {
    if (this.#segment !== null && this.#segment.size >= SEGMENT_BYTES) {
      const sealed = this.#segment;
      this.#segment = null;
      await sealed.close();
    }
    this.#segment ??= await this.#createSegment();
    return this.#segment;
  }

  #createSegment(): Promise<SegmentWriter> {
    return SegmentWriter.create(this.#dir, segmentName({ epoch: this.#epoch, seq: this.#end.seq + 1 }));
  }

  /** Epoch and every spool position; with the segment's header where that is not written yet. */
  #mark(segment: SegmentWriter): Buffer {
    const spools = [...this.#spools].slice(-MAX_SPOOLS);
    const first = { epoch: this.#epoch, seq: this.#end.seq + 1 };
    const mark = encodeBlock(segment.magic, first, { lines: [], spools });
    return segment.size === 0 && segment.header !== null ? Buffer.concat([segment.header, mark]) : mark;
  }
}

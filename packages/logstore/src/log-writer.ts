import { mkdir } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';
import type { LogCursor, LogSource } from '@rig-ops/contract/log-record';
import { MAX_BLOCK_BYTES, NEWLINE } from './block-layout.ts';
import { type BlockInput, encodeBlock, recordCount, type WriteUnit } from './encode-block.ts';
import { type RecoveredStore, recoverStore } from './recover-store.ts';
import { type ScannedText, scanText } from './scan-text.ts';
import { SealQueue } from './seal-queue.ts';
import { SEGMENT_BYTES, segmentName } from './segment-file.ts';
import { SegmentWriter } from './segment-writer.ts';
import { type AppendLine, toRuns } from './text-run.ts';
import { toWriteError } from './write-error.ts';
import { acquireWriterLock, type WriterLock } from './writer-lock.ts';

/** A loss of power costs what was appended in this time at most; the death of any process costs nothing. */
const SYNC_MS = 5_000;

/** One write takes what has queued up meanwhile, up to so many appends. */
const APPENDS_PER_WRITE = 64;

/** Spool files whose position a new segment repeats; beyond it the longest unused are left out. */
const MAX_SPOOLS = 4096;

/** How far a spool file has been consumed once the lines beside it are written. */
export interface SpoolPosition {
  key: string;
  offset: number;
}

/** Bytes as a program wrote them: whole lines, or parts of very long ones. */
export interface AppendText {
  /** Milliseconds since the epoch. */
  at: number;
  source: LogSource;
  /** Ends behind a newline, or is the part of a line where it is `open`. Used until the append has settled. */
  bytes: Buffer;
  /** The last line goes on in the next append of this source, or ends here though it has no newline. */
  tail?: 'open' | 'ends';
  /** What {@link scanText} said about the bytes, where that is known. */
  scanned?: ScannedText;
}

export interface LogWriter {
  /** Last written record; seq 0 before the first. */
  readonly end: LogCursor;
  /**
   * Appends lines as one block, all of it or nothing; resolves with the new end when written (not
   * fsynced: that happens within {@link SYNC_MS}). `spool` travels in the same block, so that a writer that
   * died goes on exactly where the store ends. Await it before the next: what waits is held in memory.
   *
   * @throws RigError `disk_full`: nothing of it stays, and appending works again once there is space.
   * `invalid_input`: more than 8 MiB in one append.
   */
  append(lines: AppendLine[], spool?: SpoolPosition): Promise<LogCursor>;
  /** The same for text that is not split into lines, which is an order of magnitude cheaper. */
  appendText(text: AppendText, spool?: SpoolPosition): Promise<LogCursor>;
  /** Consumed bytes of a spool file, as recovered from the store; 0 when unknown. */
  spoolOffset(key: string): number;
  /** Lets go of a spool file that was removed; its position is repeated no longer. */
  forgetSpool(key: string): void;
  /** Names records that could not be kept; they take their numbers. */
  gap(count: number, reason: 'dropped' | 'damaged' | 'unsure'): Promise<void>;
  /** Closes the segment under way, so that it is sealed and can age. Nothing happens while it holds no record. */
  rotate(): Promise<void>;
  /** Writes what waits, syncs and lets other writers in. */
  close(): Promise<void>;
}

export interface WriterOptions {
  /** Whether segments are compressed once they are full; they are unless this is false. */
  seal?: boolean;
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
export async function openLogWriter(dir: string, { seal = true }: WriterOptions = {}): Promise<LogWriter> {
  let lock: WriterLock | null = null;
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    lock = await acquireWriterLock(dir);
    const store = await recoverStore(dir);
    const writer = new SegmentedLogWriter(dir, lock, store);
    await writer.resume(store.last, lock.afterReboot);
    if (seal) writer.startSealing();
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
  #seals: SealQueue | null = null;
  #syncTimer: NodeJS.Timeout | null = null;
  #rotating = false;
  /** First record of the segment under way. */
  #segmentFirst = 1;
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
    const { magic, segment: ref, goodBytes, isTorn } = last;
    if (isTorn || afterReboot) this.#epoch += 1;
    const segment =
      magic === null
        ? await this.#createSegment()
        : await SegmentWriter.resume(this.#dir, ref.name, magic, goodBytes);
    this.#segment = segment;
    if (magic !== null) this.#segmentFirst = ref.first.seq;
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
    return this.#enqueue({ runs: toRuns(lines), spools: toSpools(spool) });
  }

  appendText({ at, source, bytes, tail, scanned }: AppendText, spool?: SpoolPosition): Promise<LogCursor> {
    const { end, records, cuts } = scanned ?? scanText(bytes);
    const run = { at, source, text: bytes, records, cuts };
    if (end < bytes.length) {
      run.records += 1;
      if (tail === 'open') run.cuts = [...cuts, bytes.length];
      else run.text = Buffer.concat([bytes, newline]);
    }
    return this.#enqueue({ runs: [run], spools: toSpools(spool) });
  }

  /** Segments of an earlier writer may not be sealed yet either. */
  startSealing(): void {
    this.#seals = new SealQueue(this.#dir);
    this.#seals.start();
  }

  async rotate(): Promise<void> {
    if (this.#segment === null || this.#end.seq < this.#segmentFirst) return;
    this.#rotating = true;
    await this.#enqueue({ runs: [], spools: [...this.#spools].slice(-1) });
  }

  async gap(count: number, reason: 'dropped' | 'damaged' | 'unsure'): Promise<void> {
    if (count > 0) await this.#enqueue({ runs: [], spools: [], gap: { count, reason, at: Date.now() } });
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
    if (this.#syncTimer !== null) clearTimeout(this.#syncTimer);
    try {
      await this.#seals?.close();
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
    const units: WriteUnit[] = segment.size === 0 ? [this.#mark(segment)] : [];
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
    if (written > 0) this.#syncSoon();
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

  #encode(segment: SegmentWriter, seq: number, waiting: Waiting): WriteUnit | null {
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
    if (this.#segment !== null && (this.#rotating || this.#segment.size >= SEGMENT_BYTES)) {
      const full = this.#segment;
      this.#segment = null;
      this.#rotating = false;
      await full.close();
    }
    if (this.#segment === null) {
      this.#segment = await this.#createSegment();
      this.#seals?.start();
    }
    return this.#segment;
  }

  #syncSoon(): void {
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = null;
      // A failure shows with the next write as well.
      this.#segment?.sync().catch(() => undefined);
    }, SYNC_MS).unref();
  }

  #createSegment(): Promise<SegmentWriter> {
    this.#segmentFirst = this.#end.seq + 1;
    return SegmentWriter.create(this.#dir, segmentName({ epoch: this.#epoch, seq: this.#end.seq + 1 }));
  }

  /** Epoch and every spool position; with the segment's header where that is not written yet. */
  #mark(segment: SegmentWriter): WriteUnit {
    const spools = [...this.#spools].slice(-MAX_SPOOLS);
    const first = { epoch: this.#epoch, seq: this.#end.seq + 1 };
    const mark = encodeBlock(segment.magic, first, { runs: [], spools });
    if (segment.size > 0 || segment.header === null) return mark;
    return { pieces: [segment.header, ...mark.pieces], length: segment.header.length + mark.length };
  }
}

const newline = Buffer.of(NEWLINE);

function toSpools(spool: SpoolPosition | undefined): [string, number][] {
  return spool === undefined ? [] : [[spool.key, spool.offset]];
}

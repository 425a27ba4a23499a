import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogSource } from '@rig-ops/contract/log-record';
import { isRigError } from '@rig-ops/contract/errors';
import { type AppendLine, LineSplitter, type SplitLine } from '@rig-ops/logstore';
import type { Log } from '../log.ts';
import { MAX_UNREAD_BYTES, skipOldest } from './skip-oldest.ts';
import type { SpaceReclaimer } from './space-reclaimer.ts';
import type { SpoolWatch } from './spool-watch.ts';
import type { StoreLease } from './store-leases.ts';
import { TruncationWatch } from './truncation-watch.ts';
import { Wakeable } from '../wakeable.ts';

export interface SpoolTailOptions {
  path: string;
  /** Name of the file in the spool folder; the log store knows it by this name as well. */
  key: string;
  source: LogSource;
  store: StoreLease;
  watch: SpoolWatch;
  reclaimer: SpaceReclaimer;
  log: Log;
  /** Replaces {@link MAX_UNREAD_BYTES} and what is kept of them. */
  bounds?: { unreadBytes: number; keptBytes: number };
}

const CHUNK_BYTES = 256 * 1024;
/** An unterminated line is shown after so long without a byte more: a prompt, a progress dot. */
const PARTIAL_AFTER_MS = 250;
/** Under a flood of short lines the store gets one block per so many milliseconds. */
const COALESCE_MS = 5;
/** A watch can miss a change (network file systems); where there is none, this is the latency. */
const POLL_MS = { watched: 2_000, unwatched: 50 };
const RETRY_MS = 500;
/** How often the size of the file is looked at. */
const MEASURE_MS = 1_000;
const NEWLINE = 0x0a;

/**
 * Carries the lines of one spool file into a log store, each exactly once: the store keeps the offset
 * with the lines, and a tail begins at the offset of the store. When the store cannot take them they
 * stay in the file. Memory: one chunk and one line.
 */
export class SpoolTail {
  readonly #options: SpoolTailOptions;
  readonly #changed = new Wakeable();
  readonly #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  #file: FileHandle | null = null;
  #splitter = new LineSplitter();
  /** Offset at which the splitter began. */
  #base = 0;
  /** Bytes that the store has. */
  #stored = 0;
  /** Bytes that the splitter has been given. */
  #read = 0;
  #reclaimed = 0;
  #lost = 0;
  #midLine = false;
  #finishing = false;
  #abandoned = false;
  #drained = false;
  #troubled = false;
  #lastChunkAt = 0;
  #measuredAt = 0;
  readonly #truncation = new TruncationWatch();
  /** Settles when the tail has ended; never rejects. */
  readonly done: Promise<void>;

  constructor(options: SpoolTailOptions) {
    this.#options = options;
    this.done = this.#run();
  }

  get key(): string {
    return this.#options.key;
  }

  /** Whether everything that the file held when `finish` was called is in the store. */
  get drained(): boolean {
    return this.#drained;
  }

  /** The program has ended: resolves when the rest is stored. */
  async finish(): Promise<void> {
    this.#finishing = true;
    this.#changed.wake();
    await this.done;
  }

  /** Ends the tail where it is; another one may go on from there. */
  async abandon(): Promise<void> {
    this.#abandoned = true;
    this.#changed.wake();
    await this.done;
  }

  async #run(): Promise<void> {
    const unsubscribe = this.#options.watch.subscribe(this.#options.key, () => this.#changed.wake());
    try {
      while (!this.#abandoned) {
        try {
          if ((await this.#step()) === 'ended') break;
          this.#troubled = false;
        } catch (error) {
          // Not there yet, or removed by somebody who does not want what is in it.
          const missing = isMissing(error);
          if (missing && this.#finishing) break;
          if (!missing) this.#tell(error);
          this.#restart();
          await (missing ? this.#changed.wait(RETRY_MS) : sleep(RETRY_MS));
        }
      }
    } finally {
      unsubscribe();
      await this.#file?.close().catch(() => undefined);
    }
  }

  async #step(): Promise<'ended' | 'going on'> {
    const finishing = this.#finishing;
    const file = (this.#file ??= await this.#open());
    await this.#keepBounds(file);
    const { bytesRead } = await file.read(this.#buffer, 0, CHUNK_BYTES, this.#read);
    if (bytesRead > 0) {
      this.#truncation.reset();
      await this.#take(this.#buffer.subarray(0, bytesRead));
      await this.#reclaim();
      const spared = COALESCE_MS - (performance.now() - this.#lastChunkAt);
      if (bytesRead < CHUNK_BYTES && spared > 0 && !finishing) await sleep(spared);
      this.#lastChunkAt = performance.now();
      return 'going on';
    }
    if (await this.#truncation.look(file, this.#read)) {
      this.#rewind();
      return 'going on';
    }
    if (finishing) {
      await this.#close();
      this.#drained = true;
      return 'ended';
    }
    const pending = this.#splitter.pendingBytes > 0;
    const poll = this.#options.watch.works ? POLL_MS.watched : POLL_MS.unwatched;
    const quietFor = performance.now() - this.#lastChunkAt;
    if (pending && quietFor >= PARTIAL_AFTER_MS) await this.#flush(true);
    else await this.#changed.wait(pending ? PARTIAL_AFTER_MS - quietFor : poll);
    return 'going on';
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#options.path, 'r');
    try {
      this.#stored = await this.#options.store.spoolOffset(this.#options.key);
      this.#restart();
      // The store does not tell whether its last line was a part; the byte in front of the offset does.
      const before = Buffer.alloc(1);
      const found = this.#stored > 0 ? await file.read(before, 0, 1, this.#stored - 1) : null;
      this.#midLine = found?.bytesRead === 1 && before[0] !== NEWLINE;
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Splits a chunk and stores what is complete. */
  async #take(chunk: Buffer): Promise<void> {
    const lines = this.#splitter.push(chunk);
    this.#read += chunk.length;
    await this.#store(lines);
  }

  async #flush(partial: boolean): Promise<void> {
    await this.#store(this.#splitter.flush(!partial));
  }

  /** The last line, when the program ended in the middle of it, ends as well. */
  async #close(): Promise<void> {
    await this.#flush(false);
    if (!this.#midLine) return;
    await this.#append([{ bytes: new Uint8Array(), partial: false }], this.#stored);
  }

  async #store(lines: readonly SplitLine[]): Promise<void> {
    const last = lines.at(-1);
    if (last === undefined) return;
    await this.#append(lines, this.#base + last.consumed);
  }

  async #append(lines: readonly Pick<SplitLine, 'bytes' | 'partial'>[], offset: number): Promise<void> {
    const { store, source, key } = this.#options;
    if (this.#lost > 0) {
      await store.gap(this.#lost);
      this.#lost = 0;
    }
    const at = Date.now();
    const appended = lines.map(({ bytes, partial }): AppendLine => ({ at, source, bytes, partial }));
    await store.append(appended, { key, offset });
    this.#stored = offset;
    this.#midLine = lines.at(-1)?.partial ?? this.#midLine;
  }

  async #reclaim(): Promise<void> {
    const { reclaimer, path } = this.#options;
    this.#reclaimed = await reclaimer.reclaim(path, this.#reclaimed, this.#stored);
  }

  /** When the store has been unable to keep up for long, the oldest lines are given up, and counted. */
  async #keepBounds(file: FileHandle): Promise<void> {
    const { unreadBytes = MAX_UNREAD_BYTES, keptBytes } = this.#options.bounds ?? {};
    const now = performance.now();
    if (now - this.#measuredAt < MEASURE_MS) return;
    this.#measuredAt = now;
    const { size } = await file.stat();
    if (size - this.#stored <= unreadBytes) return;
    const { offset, lines } = await skipOldest(file, this.#stored, size, keptBytes);
    this.#lost += lines;
    this.#stored = offset;
    this.#midLine = false;
    this.#restart();
    await this.#reclaim();
  }

  /** What follows begins at 0. */
  #rewind(): void {
    this.#truncation.reset();
    this.#stored = 0;
    this.#reclaimed = 0;
    this.#restart();
  }

  /** Reads again from what the store has. */
  #restart(): void {
    this.#splitter = new LineSplitter();
    this.#base = this.#stored;
    this.#read = this.#stored;
  }

  #tell(error: unknown): void {
    if (this.#troubled) return;
    this.#troubled = true;
    const code = isRigError(error) ? error.code : 'unexpected';
    this.#options.log.warn('output waits in the spool', { key: this.#options.key, code, error });
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

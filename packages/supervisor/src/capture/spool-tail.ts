import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError } from '@rig-ops/contract/errors';
import type { LogSource } from '@rig-ops/contract/log-record';
import { type AppendText, scanText } from '@rig-ops/logstore';
import type { Log } from '../log.ts';
import { Wakeable } from '../wakeable.ts';
import type { ChunkPool } from './chunk-pool.ts';
import { MAX_UNREAD_BYTES, skipOldest } from './skip-oldest.ts';
import type { SpaceReclaimer } from './space-reclaimer.ts';
import type { SpoolWatch } from './spool-watch.ts';
import type { StoreLease } from './store-leases.ts';
import { TruncationWatch } from './truncation-watch.ts';

export interface SpoolTailOptions {
  path: string;
  /** Name of the file in the spool folder; the log store knows it by this name as well. */
  key: string;
  source: LogSource;
  store: StoreLease;
  watch: SpoolWatch;
  reclaimer: SpaceReclaimer;
  chunks: ChunkPool;
  log: Log;
  /** Makes room on a full disk; answers whether there is some now. */
  makeRoom?: () => Promise<boolean>;
  /** Replaces {@link MAX_UNREAD_BYTES} and what is kept of them. */
  bounds?: { unreadBytes: number; keptBytes: number };
}

/** An unterminated line is shown after so long without a byte more: a prompt, a progress dot. */
const PARTIAL_AFTER_MS = 250;
/** Under a flood of short lines the store gets one block per so many milliseconds. */
const COALESCE_MS = 4;
/** A watch can miss a change (network file systems); where there is none, this is the latency. */
const POLL_MS = { watched: 2_000, unwatched: 50 };
const RETRY_MS = 500;
/** How often the size of the file is looked at. */
const MEASURE_MS = 1_000;
const NEWLINE = 0x0a;
const newline = Buffer.of(NEWLINE);

/** What is kept of unread output while the disk is full: the file that holds it takes the space that is missing. */
const KEPT_WHEN_FULL = { unreadBytes: 8 * 1024 * 1024, keptBytes: 4 * 1024 * 1024 };

/**
 * Carries the lines of one spool file into a log store, each exactly once: the store keeps the offset
 * with the lines, and a tail begins at the offset of the store. When the store cannot take them they
 * stay in the file. Memory: one chunk, borrowed while there is something to carry.
 */
export class SpoolTail {
  readonly #options: SpoolTailOptions;
  readonly #changed = new Wakeable();
  #file: FileHandle | null = null;
  /** Bytes that the store has. */
  #stored = 0;
  /** Bytes behind them that were seen: the beginning of a line. */
  #pending = 0;
  #reclaimed = 0;
  #lost = 0;
  #midLine = false;
  /** The last read came to the end of the file. */
  #isAtEnd = false;
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
          this.#pending = 0;
          if (isFull(error) && (await this.#makeRoom())) continue;
          await (missing ? this.#changed.wait(RETRY_MS) : sleep(RETRY_MS));
        }
      }
    } finally {
      unsubscribe();
      await this.#file?.close().catch(() => undefined);
    }
  }

  async #step(): Promise<'ended' | 'going on'> {
    const file = (this.#file ??= await this.#open());
    await this.#keepBounds(file);
    // Whatever there is to wait for is waited for without the memory.
    const rest = await this.#options.chunks.lend((memory) => this.#carry(file, memory));
    if (rest === 'ended') return rest;
    await rest();
    return 'going on';
  }

  /** Stores what there is; answers how to wait for more. */
  async #carry(file: FileHandle, memory: Buffer): Promise<'ended' | (() => Promise<void>)> {
    const finishing = this.#finishing;
    const bytesRead = await this.#read(file, memory);
    const chunk = memory.subarray(0, bytesRead);
    if (bytesRead > this.#pending) {
      this.#truncation.reset();
      const isFull = bytesRead === memory.length;
      const pause = await this.#take(chunk);
      const spared = isFull || finishing ? 0 : COALESCE_MS - (performance.now() - this.#lastChunkAt);
      return async () => {
        if (pause > spared) await this.#pause(pause);
        else if (spared > 0) await sleep(spared);
        this.#lastChunkAt = performance.now();
      };
    }
    if (bytesRead < this.#pending || (await this.#truncation.look(file, this.#stored + bytesRead))) {
      this.#rewind();
      return goOn;
    }
    if (finishing) {
      await this.#close(chunk);
      this.#drained = true;
      return 'ended';
    }
    const quietFor = performance.now() - this.#lastChunkAt;
    if (bytesRead > 0 && quietFor >= PARTIAL_AFTER_MS) {
      await this.#append(chunk, { tail: 'open' });
      return goOn;
    }
    const poll = this.#options.watch.works ? POLL_MS.watched : POLL_MS.unwatched;
    return async () => await this.#changed.wait(bytesRead > 0 ? PARTIAL_AFTER_MS - quietFor : poll);
  }

  /**
   * What was written just now is in memory still: read at once, it saves the way to another thread and back, which is
   * most of what a line waits for on a busy machine. What lies behind may have to come from the disk.
   */
  async #read(file: FileHandle, memory: Buffer): Promise<number> {
    const place = [memory, 0, memory.length, this.#stored] as const;
    const bytesRead = this.#isAtEnd ? readSync(file.fd, ...place) : (await file.read(...place)).bytesRead;
    this.#isAtEnd = bytesRead < memory.length;
    return bytesRead;
  }

  /** The log grows no faster than it may; who gives up waiting for it need not wait. */
  async #pause(ms: number): Promise<void> {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !this.#abandoned; left = until - performance.now()) {
      await this.#changed.wait(left);
    }
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#options.path, 'r');
    try {
      this.#stored = await this.#options.store.spoolOffset(this.#options.key);
      this.#pending = 0;
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

  /** Stores the lines of a chunk that are complete; answers how long to wait before more, in milliseconds. */
  async #take(chunk: Buffer): Promise<number> {
    const scanned = scanText(chunk);
    if (scanned.end > 0) {
      await this.#append(chunk.subarray(0, scanned.end), { scanned });
      await this.#reclaim();
    }
    this.#pending = chunk.length - scanned.end;
    return this.#options.store.pace(scanned.end);
  }

  /** The last line, when the program ended in the middle of it, ends as well. */
  async #close(rest: Buffer): Promise<void> {
    if (rest.length > 0) await this.#append(rest, { tail: 'ends' });
    else if (this.#midLine) await this.#append(rest, {});
  }

  async #append(bytes: Buffer, how: Pick<AppendText, 'tail' | 'scanned'>): Promise<void> {
    const { store, source, key } = this.#options;
    if (this.#lost > 0) {
      await store.gap(this.#lost);
      this.#lost = 0;
    }
    const offset = this.#stored + bytes.length;
    const ends = bytes.length === 0 ? newline : bytes;
    await store.appendText({ at: Date.now(), source, bytes: ends, ...how }, { key, offset });
    this.#stored = offset;
    this.#pending = 0;
    this.#midLine = how.tail !== 'ends' && ends.at(-1) !== NEWLINE;
  }

  async #reclaim(worthBytes?: number): Promise<void> {
    const { reclaimer, path } = this.#options;
    this.#reclaimed = await reclaimer.reclaim(path, this.#reclaimed, this.#stored, worthBytes);
  }

  /** When the store has been unable to keep up for long, the oldest lines are given up, and counted. */
  async #keepBounds(file: FileHandle): Promise<void> {
    const now = performance.now();
    if (now - this.#measuredAt < MEASURE_MS) return;
    this.#measuredAt = now;
    await this.#skipBeyond(file, this.#options.bounds ?? { unreadBytes: MAX_UNREAD_BYTES });
  }

  /** The disk is full: old segments go first, then what this file holds. */
  async #makeRoom(): Promise<boolean> {
    if ((await this.#options.makeRoom?.()) === true) return true;
    try {
      await this.#reclaim(1);
      if (this.#file !== null) await this.#skipBeyond(this.#file, this.#options.bounds ?? KEPT_WHEN_FULL);
    } catch {
      // Tried again after a while.
    }
    return false;
  }

  async #skipBeyond(file: FileHandle, bounds: { unreadBytes: number; keptBytes?: number }): Promise<void> {
    const { size } = await file.stat();
    if (size - this.#stored <= bounds.unreadBytes) return;
    const { offset, lines } = await skipOldest(file, this.#stored, size, bounds.keptBytes);
    this.#lost += lines;
    this.#stored = offset;
    this.#pending = 0;
    this.#midLine = false;
    await this.#reclaim();
  }

  /** What follows begins at 0. */
  #rewind(): void {
    this.#truncation.reset();
    this.#stored = 0;
    this.#reclaimed = 0;
    this.#pending = 0;
  }

  #tell(error: unknown): void {
    if (this.#troubled) return;
    this.#troubled = true;
    const code = isRigError(error) ? error.code : 'unexpected';
    this.#options.log.warn('output waits in the spool', { key: this.#options.key, code, error });
  }
}

async function goOn(): Promise<void> {}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function isFull(error: unknown): boolean {
  return isRigError(error) && error.code === 'disk_full';
}

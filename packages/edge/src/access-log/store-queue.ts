import { setTimeout as delay } from 'node:timers/promises';
import { type AppendLine, type LogWriter, openLogWriter } from '@rig-ops/logstore';

/** Records that wait for the disk, at most; what comes beyond is counted and told as a gap. */
const MAX_WAITING = 10_000;
/** Records of one append. */
const MAX_BATCH = 1_000;
/** Under load, records of so many milliseconds are written together. */
const GATHER_MS = 5;
/** Pause after a write that failed, in milliseconds. */
const RETRY_MS = 500;
/** A store that nobody writes to is closed after this, in milliseconds. */
const IDLE_MS = 60_000;

/** Writes records to one store behind the traffic: no request ever waits for it. */
export class StoreQueue {
  readonly #dir: string;
  readonly #onError: (error: unknown) => void;
  #waiting: AppendLine[] = [];
  #dropped = 0;
  #writer: LogWriter | null = null;
  #pumping: Promise<void> | null = null;
  #closing = false;
  /** A trouble that lasts is told once. */
  #isFailing = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(dir: string, onError: (error: unknown) => void) {
    this.#dir = dir;
    this.#onError = onError;
  }

  add(line: AppendLine): void {
    if (this.#closing) return;
    if (this.#waiting.length >= MAX_WAITING) this.#dropped += 1;
    else this.#waiting.push(line);
    this.#pumping ??= this.#pump();
  }

  /** Writes what waits, if the disk takes it, and lets go of the store. */
  async close(): Promise<void> {
    this.#closing = true;
    // What ends may have begun another.
    while (this.#pumping !== null) await this.#pumping;
    await this.#closeWriter();
  }

  async #pump(): Promise<void> {
    clearTimeout(this.#idle);
    while (this.#waiting.length > 0 || this.#dropped > 0) {
      const startedAt = performance.now();
      try {
        await this.#write();
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.#onError(error);
        this.#isFailing = true;
        await this.#closeWriter();
        if (this.#closing) break;
        await delay(RETRY_MS, undefined, { ref: false });
        continue;
      }
      const left = GATHER_MS - (performance.now() - startedAt);
      if (left > 0 && !this.#closing) await delay(left);
    }
    this.#pumping = null;
    if (this.#closing) return;
    this.#idle = setTimeout(() => {
      this.#pumping ??= this.#closeWriter().finally(() => {
        this.#pumping = null;
        if (this.#waiting.length > 0) this.#pumping = this.#pump();
      });
    }, IDLE_MS).unref();
  }

  async #write(): Promise<void> {
    this.#writer ??= await openLogWriter(this.#dir);
    const batch = this.#waiting.slice(0, MAX_BATCH);
    if (batch.length > 0) await this.#writer.append(batch);
    // Only what was written leaves the queue: a full disk loses nothing that still fits in it.
    this.#waiting.splice(0, batch.length);
    if (this.#dropped === 0 || this.#waiting.length > 0) return;
    const dropped = this.#dropped;
    this.#dropped = 0;
    await this.#writer.gap(dropped, 'dropped');
  }

  async #closeWriter(): Promise<void> {
    clearTimeout(this.#idle);
    const writer = this.#writer;
    this.#writer = null;
    await writer?.close().catch(this.#onError);
  }
}

import type { LogGap } from '@rig-ops/contract/log-record';
import type { WholeLine } from '@rig-ops/wire/log-feed';
import { type LogRow, toRow } from './log-row.ts';
import { RowStore } from './row-store.ts';

/** A page draws no more often than somebody can see. */
const FLUSH_EVERY_MS = 60;
/** More than this does not wait for it. */
const FLUSH_ROWS = 5000;

export type ReadState =
  | { readonly state: 'reading' | 'paused' | 'ended' }
  | { readonly state: 'lost'; readonly since: number }
  | { readonly state: 'failed'; readonly error: unknown };

export type ReadPiece = WholeLine | LogGap | LogRow;

/**
 * Reads a log into a store, from its history on and as it grows, until it ends or is stopped. While it is paused
 * nothing is asked for: what comes waits on the platform, in its log.
 */
export class LogReader {
  readonly rows: RowStore;
  readonly #changed: (gone: number) => void;
  readonly #stateChanged: (state: ReadState) => void;
  #batch: LogRow[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #resumed: PromiseWithResolvers<void> | null = null;
  #stopped = false;
  #lostSince: number | null = null;

  /** `changed` is told how many of the oldest rows have gone. */
  constructor(
    changed: (gone: number) => void,
    stateChanged: (state: ReadState) => void,
    rows = new RowStore(),
  ) {
    this.rows = rows;
    this.#changed = changed;
    this.#stateChanged = stateChanged;
  }

  /** Settles when there is no more to read. */
  async read(pieces: AsyncIterable<ReadPiece>): Promise<void> {
    this.#tell();
    try {
      for await (const piece of pieces) {
        if (this.#stopped) return;
        this.#batch.push('bytes' in piece || 'count' in piece ? toRow(piece) : piece);
        if (this.#batch.length >= FLUSH_ROWS) this.#flush();
        else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_EVERY_MS);
        if (this.#resumed !== null) {
          this.#flush();
          await this.#resumed.promise;
        }
      }
      this.#flush();
      if (!this.#stopped) this.#stateChanged({ state: 'ended' });
    } catch (error) {
      this.#flush();
      if (!this.#stopped) this.#stateChanged({ state: 'failed', error });
    }
  }

  get paused(): boolean {
    return this.#resumed !== null;
  }

  pause(): void {
    this.#resumed ??= Promise.withResolvers<void>();
    this.#tell();
  }

  resume(): void {
    this.#resumed?.resolve();
    this.#resumed = null;
    this.#tell();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#resumed?.resolve();
  }

  /** Of the connection; `LogFeed` tells. */
  lost(): void {
    this.#lostSince ??= Date.now();
    this.#tell();
  }

  back(): void {
    this.#lostSince = null;
    this.#tell();
  }

  #tell(): void {
    if (this.#stopped) return;
    if (this.#lostSince !== null) this.#stateChanged({ state: 'lost', since: this.#lostSince });
    else this.#stateChanged({ state: this.paused ? 'paused' : 'reading' });
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#batch.length === 0 || this.#stopped) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#changed(this.rows.append(batch));
  }
}

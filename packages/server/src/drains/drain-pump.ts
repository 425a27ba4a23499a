import { setTimeout as sleep } from 'node:timers/promises';
import { toErrorDocument } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../clock.ts';
import type { DrainRecord, DrainSink } from './drain-sink.ts';

/** Records in an order that does not change, each at a position; `P` is how the source writes one down. */
export interface DrainSource<P = number> {
  /** The next records behind a position; none when there are none yet. `next` is where the last of them stands. */
  read(after: P, limit: number): Promise<{ records: readonly DrainRecord[]; next: P }>;
  /** Calls `listener` when there may be new ones. @returns what ends it */
  onNew(listener: () => void): () => void;
}

export interface DrainState<P = number> {
  /** Everything up to here was taken by the receiver. */
  readonly position: P;
  readonly lastSentAt: string | null;
  /** Attempts that failed since the last that did not. */
  readonly failures: number;
  /** Records the receiver threw away since rigd started. */
  readonly rejected: number;
  readonly lastError: string | null;
}

export interface DrainPumpDeps<P> {
  readonly source: DrainSource<P>;
  readonly sink: DrainSink;
  readonly position: P;
  /** Remembers how far it has come; what is not remembered is sent again. */
  readonly savePosition: (position: P) => Promise<void>;
  readonly clock: Clock;
}

const BATCH = 200;
/** Lets what happens together travel together. */
const GATHER_MS = 100;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** Brings records from a source to a sink, in their order and each at least once, until it is stopped. */
export class DrainPump<P = number> {
  readonly #deps: DrainPumpDeps<P>;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #state: DrainState<P>;

  constructor(deps: DrainPumpDeps<P>) {
    this.#deps = deps;
    this.#state = { position: deps.position, lastSentAt: null, failures: 0, rejected: 0, lastError: null };
  }

  get state(): DrainState<P> {
    return this.#state;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const { records, next } = await this.#deps.source.read(this.#state.position, BATCH);
        if (records.length === 0) await this.#untilNew();
        else await this.#send(records, next);
      } catch (error) {
        if (signal.aborted) return;
        const { failures } = this.#state;
        this.#change({ failures: failures + 1, lastError: toErrorDocument(error).message });
        await this.#pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 20)));
      }
    }
  }

  async #send(records: readonly DrainRecord[], next: P): Promise<void> {
    const { sink, savePosition, clock } = this.#deps;
    const { rejected, message } = await sink.send(records, this.#stop.signal);
    await savePosition(next);
    this.#change({
      position: next,
      lastSentAt: timestampOf(clock),
      failures: 0,
      rejected: this.#state.rejected + rejected,
      lastError:
        rejected > 0 ? `${rejected} records were thrown away: ${message ?? 'no reason given'}` : null,
    });
  }

  #change(change: Partial<DrainState<P>>): void {
    this.#state = { ...this.#state, ...change };
  }

  async #untilNew(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { signal } = this.#stop;
    const wake = () => resolve();
    const end = this.#deps.source.onNew(wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      // Something may have come between the look and the listening.
      const { records } = await this.#deps.source.read(this.#state.position, 1);
      if (records.length === 0 && !signal.aborted) await promise;
    } finally {
      end();
      signal.removeEventListener('abort', wake);
    }
    await this.#pause(GATHER_MS);
  }

  /** A third of a pause is chance, so that those who failed together do not come back together. */
  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stop;
    await sleep(ms * (0.67 + Math.random() / 3), undefined, { signal, ref: false }).catch(() => undefined);
  }
}

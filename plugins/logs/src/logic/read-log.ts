import { setTimeout as sleep } from 'node:timers/promises';
import type { LogsParams } from '@rig-ops/contract/channels';
import { isRigError } from '@rig-ops/contract/errors';
import type { LogRecord } from '@rig-ops/contract/log-record';
import { reconnectDelay } from './reconnect-delay.ts';

/** Where records come from: one channel, until its end or its loss. `RigClient.records` is one. */
export type OpenLog = (params: LogsParams, signal: AbortSignal) => AsyncIterable<LogRecord>;

export interface LogRequest {
  /** Which log. */
  of: { app: string } | { build: string };
  /** How many of the latest lines to begin with; everything when absent. */
  tail?: number;
  follow: boolean;
  signal: AbortSignal;
  /** Told once each time the connection is lost, and once when it is back. */
  onConnection: (state: 'lost' | 'back') => void;
  /** How long to wait before an attempt, in milliseconds; a test's own is shorter. */
  delay?: (attempt: number) => number;
}

/** Attempts in a row before giving up; about three minutes. */
const MAX_ATTEMPTS = 40;
/** Losses after which another attempt makes sense. */
const passing = new Set(['connection_lost', 'unreachable']);

/**
 * Reads a log: history, then live lines when it is followed. Goes on behind the last record after a loss
 * of the connection, so that nothing is lost and nothing comes twice.
 * @throws RigError what the platform refused it with; `connection_lost` or `unreachable` when the platform
 * does not come back; the reason of the signal
 */
export async function* readLog(open: OpenLog, request: LogRequest): AsyncGenerator<LogRecord> {
  const reader = new ResumingReader(open, request);
  const { tail, follow } = request;
  // A tail of 0 still asks for one record: following needs a place to go on from, from the first moment.
  const history = tail === 0 ? 1 : tail;
  if (!(tail === 0 && !follow)) {
    for await (const record of reader.read({
      follow: false,
      ...(history === undefined ? {} : { tail: history }),
    })) {
      if (tail !== 0) yield record;
    }
  }
  if (follow) yield* reader.read({ follow: true });
}

class ResumingReader {
  readonly #open: OpenLog;
  readonly #request: LogRequest;
  readonly #delay: (attempt: number) => number;
  /** Cursor of the last record that was handed out. */
  #after: string | undefined;
  #attempts = 0;
  #connected = false;
  #lost = false;

  constructor(open: OpenLog, request: LogRequest) {
    this.#open = open;
    this.#request = request;
    this.#delay = request.delay ?? reconnectDelay;
  }

  async *read(way: { follow: boolean; tail?: number }): AsyncGenerator<LogRecord> {
    for (;;) {
      try {
        for await (const record of this.#open(this.#params(way), this.#request.signal)) {
          this.#arrived();
          this.#after = record.type === 'line' ? record.cursor : record.to;
          yield record;
        }
        this.#arrived();
        return;
      } catch (error) {
        await this.#waitAfter(error);
      }
    }
  }

  #params({ follow, tail }: { follow: boolean; tail?: number }): LogsParams {
    const place = this.#after !== undefined ? { after: this.#after } : tail === undefined ? {} : { tail };
    return { ...this.#request.of, follow, ...place };
  }

  #arrived(): void {
    this.#connected = true;
    this.#attempts = 0;
    if (this.#lost) this.#request.onConnection('back');
    this.#lost = false;
  }

  /** Waits for the next attempt, or throws the error when none makes sense. */
  async #waitAfter(error: unknown): Promise<void> {
    const { signal, onConnection } = this.#request;
    signal.throwIfAborted();
    if (!this.#connected || !isRigError(error) || !passing.has(error.code)) throw error;
    if (this.#attempts >= MAX_ATTEMPTS) throw error;
    if (!this.#lost) onConnection('lost');
    this.#lost = true;
    await this.#pause();
    this.#attempts += 1;
  }

  async #pause(): Promise<void> {
    const { signal } = this.#request;
    try {
      await sleep(this.#delay(this.#attempts), undefined, { signal });
    } catch (error) {
      // The reason of the signal says more than the timer's own error.
      signal.throwIfAborted();
      throw error;
    }
  }
}

import type { LogsParams } from '@rig-ops/contract/channels';
import { isRigError } from '@rig-ops/contract/errors';
import type { LogQuery } from '@rig-ops/contract/log-query';
import type { LogPosition, LogRecord } from '@rig-ops/contract/log-record';
import { pause } from '../pause.ts';
import { reconnectDelay } from './reconnect-delay.ts';

/** Where records come from: one channel, until its end or its loss. `RigClient.records` is one. */
export type OpenLog = (params: LogsParams, signal: AbortSignal) => AsyncIterable<LogRecord | LogPosition>;

/** Which log. */
export type LogOf = Pick<LogsParams, 'app' | 'build' | 'network' | 'store'>;

export interface LogRequest {
  of: LogOf;
  /** How many of the latest lines to begin with; everything when absent. */
  tail?: number | undefined;
  query?: LogQuery | undefined;
  /** Newest first; has no live lines. */
  reverse?: boolean;
  signal: AbortSignal;
  connection: ConnectionWatch;
  /** How long to wait before an attempt, in milliseconds; a test's own is shorter. */
  delay?: (attempt: number) => number;
}

/** Is told of each loss and return of the connection; several logs may share one. */
export interface ConnectionWatch {
  lost(): void;
  back(): void;
  /** Milliseconds after which a platform that does not come back is given up. */
  readonly maxWaitMs: number;
}

/** Losses after which another attempt makes sense. */
const passing = new Set(['connection_lost', 'unreachable']);

interface Way {
  follow: boolean;
  tail?: number | undefined;
}

/**
 * Reads a log: history, then live lines. Goes on behind the last record after a loss of the connection,
 * so that nothing is lost and nothing comes twice. Both ways throw what the platform refused;
 * `connection_lost` or `unreachable` when the platform does not come back; the reason of the signal.
 */
export class LogFeed {
  readonly #open: OpenLog;
  readonly #request: LogRequest;
  readonly #delay: (attempt: number) => number;
  /** Everything up to here was handed out, or looked at by the platform. */
  #after: string | undefined;
  #given = 0;
  #attempts = 0;
  #connected = false;
  #lostAt: number | undefined;

  constructor(open: OpenLog, request: LogRequest) {
    this.#open = open;
    this.#request = request;
    this.#delay = request.delay ?? reconnectDelay;
  }

  /** What is stored now. */
  async *history(): AsyncGenerator<LogRecord> {
    const { tail } = this.#request;
    if (tail !== 0) yield* this.#read({ follow: false, tail });
  }

  /** What comes behind the history; from now on when none was wanted. */
  live(): AsyncGenerator<LogRecord> {
    // A log that had no history yet is followed from its beginning: something may have come meanwhile.
    return this.#read({ follow: true, tail: this.#request.tail === 0 ? 0 : undefined });
  }

  async *#read(way: Way): AsyncGenerator<LogRecord> {
    for (;;) {
      try {
        for await (const record of this.#open(this.#params(way), this.#request.signal)) {
          this.#arrived();
          this.#after = record.type === 'gap' ? this.#endOfGap(record) : record.cursor;
          if (record.type === 'position') continue;
          if (record.type === 'line' && record.context !== true) this.#given += 1;
          yield record;
        }
        this.#arrived();
        return;
      } catch (error) {
        await this.#waitAfter(error);
      }
    }
  }

  #endOfGap(gap: { from: string; to: string }): string {
    return this.#request.reverse === true ? gap.from : gap.to;
  }

  #params({ follow, tail }: Way): LogsParams {
    const { of, query, reverse } = this.#request;
    return {
      ...of,
      follow,
      positions: true,
      ...(query === undefined ? {} : { query }),
      ...(reverse === true ? { reverse } : {}),
      ...this.#place(tail),
    };
  }

  #place(tail: number | undefined): Pick<LogsParams, 'after' | 'tail'> {
    if (this.#after === undefined) return tail === undefined ? {} : { tail };
    if (this.#request.reverse !== true || tail === undefined) return { after: this.#after };
    return { after: this.#after, tail: Math.max(0, tail - this.#given) };
  }

  #arrived(): void {
    this.#connected = true;
    this.#attempts = 0;
    if (this.#lostAt !== undefined) this.#request.connection.back();
    this.#lostAt = undefined;
  }

  /** Waits for the next attempt, or throws the error when none makes sense. */
  async #waitAfter(error: unknown): Promise<void> {
    const { signal, connection } = this.#request;
    signal.throwIfAborted();
    if (!this.#connected || !isRigError(error) || !passing.has(error.code)) throw error;
    if (this.#lostAt === undefined) {
      this.#lostAt = performance.now();
      connection.lost();
    }
    const left = connection.maxWaitMs - (performance.now() - this.#lostAt);
    if (left <= 0) throw error;
    await pause(Math.min(left, this.#delay(this.#attempts)), signal);
    this.#attempts += 1;
  }
}

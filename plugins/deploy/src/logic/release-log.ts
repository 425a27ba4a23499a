import { setTimeout as delay } from 'node:timers/promises';
import type { RigClient } from '@rig-ops/client';
import type { LogRecord } from '@rig-ops/contract/log-record';
import type { PhaseReport } from './phases.ts';

/** How long lines may take to arrive behind the news of the end of their command, in milliseconds. */
const QUIET_MS = 300;
const MOST_MS = 3_000;

/** Shows what the release command of a deploy prints, while it runs. */
export class ReleaseLog {
  readonly #client: RigClient;
  readonly #signal: AbortSignal;
  readonly #report: PhaseReport;
  #log: { ended: Promise<void>; stop: AbortController } | null = null;
  #lastLine = 0;

  constructor(client: RigClient, signal: AbortSignal, report: PhaseReport) {
    this.#client = client;
    this.#signal = signal;
    this.#report = report;
  }

  begin(app: string, release: number | null): void {
    if (release === null || this.#log !== null) return;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#signal]);
    const params = { app, follow: true, query: { processes: ['release'], releases: [release] } };
    const copy = async () => {
      for await (const record of this.#client.records<LogRecord>('logs', params, { signal })) {
        if (record.type !== 'line') continue;
        this.#lastLine = performance.now();
        this.#report.line(record.message);
      }
    };
    const ended = copy().catch((error: unknown) => {
      // The deploy does not fail because its log cannot be shown.
      if (!signal.aborted) this.#report.line(`(the log of the release command is cut off: ${String(error)})`);
    });
    this.#lastLine = performance.now();
    this.#log = { ended, stop };
  }

  /** Ends behind the last lines. */
  async end(): Promise<void> {
    if (this.#log === null) return;
    const { ended, stop } = this.#log;
    this.#log = null;
    const until = performance.now() + MOST_MS;
    this.#lastLine = performance.now();
    while (performance.now() < Math.min(until, this.#lastLine + QUIET_MS) && !this.#signal.aborted)
      await Promise.race([ended, delay(50)]);
    stop.abort();
    await ended;
  }
}

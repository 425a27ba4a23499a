import { constants } from 'node:os';
import { RunTally } from './aggregate-exit.ts';
import type { SignalSource } from './forward-signals.ts';
import { runConcurrently } from './run-concurrently.ts';
import { notRunRecord, type RunPlace, type RunRecord } from './run-record.ts';
import { SignalHub } from './signal-hub.ts';

export interface ManyOptions {
  concurrency: number;
  failFast: boolean;
  signals: SignalSource;
  /** Ends all of it at once, as when nobody reads the output any more. */
  signal: AbortSignal;
  /** Told the exit code of all together, once that is known. */
  onDone: (exitCode: number, tally: RunTally) => void;
}

/** One of several runs, or what kept it from being one. */
export interface Job {
  place: RunPlace;
  run: (signals: SignalSource) => Promise<RunRecord>;
}

/**
 * Runs several programs beside one another and answers how each ended, in the order they end. After a signal,
 * and with `failFast` after a failure, no more are started, and each that was not gets a record that says so.
 */
export async function* runMany(
  jobs: AsyncIterable<Job> | Iterable<Job>,
  options: ManyOptions,
): AsyncGenerator<RunRecord, void, undefined> {
  const hub = new SignalHub(options.signals);
  const tally = new RunTally();
  let failure: string | null = null;
  const start = async ({ place, run }: Job): Promise<RunRecord> => {
    if (hub.first !== null) return notRunRecord(place, `It was not started: ${hub.first} came before.`);
    if (failure !== null) return notRunRecord(place, `It was not started, since ${failure} had failed.`);
    const record = await run(hub);
    if (record.exitCode !== 0 && options.failFast) failure ??= nameOf(record);
    return record;
  };
  try {
    for await (const record of runConcurrently(jobs, options.concurrency, start)) {
      options.signal.throwIfAborted();
      tally.add(record);
      yield record;
    }
    const interrupted = hub.first !== null && tally.notRun > 0;
    options.onDone(interrupted ? 128 + constants.signals[hub.first ?? 'SIGINT'] : tally.exitCode, tally);
  } finally {
    hub.stop();
  }
}

function nameOf({ id, line, instance, app }: RunRecord): string {
  if (id !== undefined && id !== null) return `"${id}"`;
  return line === undefined ? (instance ?? app ?? 'one') : `line ${line}`;
}

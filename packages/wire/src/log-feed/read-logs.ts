import { isRigError } from '@rig-ops/contract/errors';
import type { LogQuery } from '@rig-ops/contract/log-query';
import type { LogRecord } from '@rig-ops/contract/log-record';
import { firstOfLog, lastOf, LiveMerge, mergeByTime } from './merge-logs.ts';
import { type ConnectionWatch, LogFeed, type LogOf, type LogRequest, type OpenLog } from './read-log.ts';

/** A log, and what is wanted of it. */
export interface WantedLog {
  of: LogOf;
  query?: LogQuery | undefined;
  /** Left out where it may not be read. */
  optional?: boolean;
}

export interface LogsRequest {
  logs: readonly WantedLog[];
  /** How many of the latest lines of all of them together to begin with; everything when absent. */
  tail?: number | undefined;
  follow: boolean;
  reverse: boolean;
  signal: AbortSignal;
  connection: ConnectionWatch;
  delay?: (attempt: number) => number;
  /** Told of each record; what it answers are further logs, which are followed from their beginning. */
  onRecord?: ((record: LogRecord, isLive: boolean) => readonly WantedLog[]) | undefined;
}

/** What is said of a log that is not there for whom it may not be read. */
const refusals = new Set(['not_permitted', 'network_not_found']);

/** Reads several logs as one: history by time, then live lines as they come. */
export async function* readLogs(open: OpenLog, request: LogsRequest): AsyncGenerator<LogRecord> {
  const { logs, tail, follow, reverse, onRecord, ...common } = request;
  const more: WantedLog[] = [];
  const feeds = logs.map(
    (log) => new Feed(open, { ...common, ...log, tail, reverse }, log.optional === true),
  );
  for await (const record of historyOf(feeds, tail, reverse)) {
    yield record;
    more.push(...(onRecord?.(record, false) ?? []));
  }
  if (!follow) return;
  const [only] = feeds;
  if (only !== undefined && feeds.length === 1 && onRecord === undefined) {
    yield* only.live();
    return;
  }
  const merge = new LiveMerge<LogRecord>();
  const add = (log: WantedLog) =>
    merge.add(new Feed(open, { ...common, ...log }, log.optional === true).whole());
  for (const feed of feeds) merge.add(feed.live());
  for (const log of more) add(log);
  for await (const record of merge) {
    yield record;
    for (const log of onRecord?.(record, true) ?? []) add(log);
  }
}

/** A log that may turn out not to be there for whoever asks. */
class Feed {
  readonly #feed: LogFeed;
  readonly #isOptional: boolean;
  #isRefused = false;

  constructor(open: OpenLog, request: LogRequest, isOptional: boolean) {
    this.#feed = new LogFeed(open, request);
    this.#isOptional = isOptional;
  }

  history(): AsyncGenerator<LogRecord> {
    return this.#unlessRefused(this.#feed.history());
  }

  live(): AsyncGenerator<LogRecord> {
    return this.#unlessRefused(this.#feed.live());
  }

  async *whole(): AsyncGenerator<LogRecord> {
    yield* this.history();
    yield* this.live();
  }

  async *#unlessRefused(records: AsyncGenerator<LogRecord>): AsyncGenerator<LogRecord> {
    if (this.#isRefused) return;
    try {
      yield* records;
    } catch (error) {
      this.#isRefused = this.#isOptional && isRigError(error) && refusals.has(error.code);
      if (!this.#isRefused) throw error;
    }
  }
}

async function* historyOf(
  feeds: readonly Feed[],
  tail: number | undefined,
  reverse: boolean,
): AsyncGenerator<LogRecord> {
  const [only] = feeds;
  if (only !== undefined && feeds.length === 1) {
    yield* only.history();
    return;
  }
  const merged = mergeByTime(
    feeds.map((feed) => feed.history()),
    { reverse },
  );
  // Each log was asked for so many; of all of them together fewer are wanted.
  if (tail === undefined) yield* merged;
  else yield* reverse ? firstOfLog(merged, tail) : lastOf(merged, tail);
}

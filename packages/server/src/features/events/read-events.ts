import type { LogQuery } from '@rig-ops/contract/log-query';
import { formatCursor, type LogPosition, type LogRecord } from '@rig-ops/contract/log-record';
import type { PlatformEvent } from '@rig-ops/contract/resources';
import { compileLineFilter } from '@rig-ops/logstore';
import type { EventLog, EventReach } from './event-log.ts';

/** Events read at once. */
const PAGE = 500;
/** Events are numbered over the whole life of a platform. */
const EPOCH = 1;

export interface ReadEventsOptions {
  /** Begin behind the event of this id, in the direction of reading. */
  after?: number;
  /** Begin so many events that match before the end; with `reverse`: end after so many. */
  tail?: number;
  query?: LogQuery;
  reverse?: boolean;
  follow?: boolean;
  positions?: boolean;
  reach: EventReach;
  /** Ends a follow in order. */
  until: AbortSignal;
  signal: AbortSignal;
}

const cursorOf = (id: number): string => formatCursor({ epoch: EPOCH, seq: id });

/** What happened, as lines of a log, with its ways to begin, to select and to go on. */
export async function* readEvents(
  log: EventLog,
  options: ReadEventsOptions,
): AsyncGenerator<LogRecord | LogPosition> {
  const { after, tail, reverse = false, follow = false, positions = false, signal, until } = options;
  const matches = await compileLineFilter(options.query ?? {});
  const takes = (event: PlatformEvent) =>
    matches({ at: Date.parse(event.at), source: sourceOf(event), bytes: Buffer.from(event.message) });
  const start = await log.range();
  if (reverse) {
    const older = await allOf(
      log,
      { from: 0, to: after === undefined ? start.newest : after - 1 },
      options.reach,
    );
    const wanted = older.filter(takes).toReversed();
    yield* (tail === undefined ? wanted : wanted.slice(0, tail)).map(toLine);
    return;
  }
  if (after !== undefined && after + 1 < start.oldest) yield gapOf(after + 1, start.oldest - 1);
  let last = after ?? 0;
  const history = await allOf(log, { from: last, to: start.newest }, options.reach);
  const wanted = history.filter(takes);
  const first = tail === undefined || after !== undefined ? 0 : Math.max(0, wanted.length - tail);
  if (positions && first === wanted.length)
    yield { type: 'position', cursor: cursorOf(Math.max(last, start.newest)) };
  yield* wanted.slice(first).map(toLine);
  last = Math.max(last, start.newest);
  if (!follow) return;
  const over = AbortSignal.any([signal, until]);
  while (!over.aborted) {
    const changed = log.changed(over);
    const { newest } = await log.range();
    const events = await allOf(log, { from: last, to: newest }, options.reach);
    yield* events.filter(takes).map(toLine);
    if (positions && newest > last) yield { type: 'position', cursor: cursorOf(newest) };
    last = Math.max(last, newest);
    await changed;
  }
  signal.throwIfAborted();
}

async function allOf(
  log: EventLog,
  { from, to }: { from: number; to: number },
  reach: EventReach,
): Promise<PlatformEvent[]> {
  const events: PlatformEvent[] = [];
  for (let last = from; last < to; ) {
    const page = await log.behind(last, PAGE, reach);
    events.push(...page.filter(({ id }) => id <= to));
    last = page.length < PAGE ? to : (page.at(-1)?.id ?? to);
  }
  return events;
}

function sourceOf({ kind }: PlatformEvent) {
  return { kind: 'platform', process: 'events', instance: kind, release: 0, stream: 'stdout' } as const;
}

function toLine(event: PlatformEvent): LogRecord {
  const { kind, ...source } = sourceOf(event);
  return {
    type: 'line',
    cursor: cursorOf(event.id),
    at: event.at,
    app: event.app ?? '',
    source: kind,
    ...source,
    message: event.message,
  };
}

function gapOf(from: number, to: number): LogRecord {
  return { type: 'gap', from: cursorOf(from), to: cursorOf(to), count: to - from + 1, reason: 'expired' };
}

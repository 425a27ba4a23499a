import { ChannelStream, type LogsParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import { type LogCursor, type LogPosition, type LogRecord, parseCursor } from '@rig-ops/contract/log-record';
import {
  checkLogQuery,
  openLogReader,
  type ReadOptions,
  type StoredPosition,
  type StoredRecord,
} from '@rig-ops/logstore';
import { sendRecordBatches } from '@rig-ops/wire';
import type { EventLog } from '../features/events/event-log.ts';
import { readEvents } from '../features/events/read-events.ts';
import type { ChannelAudit } from './channel-audit.ts';
import type { ChannelHandler } from './channel-handlers.ts';
import { findLog, type FindLogDeps, type LogSourceRef } from './find-log.ts';
import { toLogRecord } from './to-log-record.ts';

/** Longest time a timer can wait (setTimeout, about 25 days). */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface LogsDeps extends FindLogDeps {
  readonly events: EventLog;
  readonly audit: ChannelAudit;
}

/** The log of an app or a build, history and live lines on one path. */
export function serveLogs(deps: LogsDeps): ChannelHandler<'logs'> {
  return async (request) => {
    const { params, signal } = request;
    const about = { action: 'logs.read', target: targetOf(params), details: detailsOf(params) };
    let source: LogSourceRef;
    let reading: ReadOptions;
    try {
      reading = toReadOptions(params, signal);
      await checkLogQuery(params.query);
      source = await findLog(deps, params, request.identity, signal);
    } catch (error) {
      await deps.audit.failed(request, about, error);
      throw error;
    }
    await deps.audit.succeeded(request, about);
    const until = endOf(source, params);
    const channel = request.accept();
    await sendRecordBatches(channel, ChannelStream.records, batchesOf(deps.events, source, reading, until));
  };
}

function targetOf({ app, build, network }: LogsParams): string {
  if (build !== undefined) return `build/${build}`;
  return app === undefined ? `network/${network ?? ''}` : `app/${app}`;
}

const detailsOf = ({ follow, store }: LogsParams) => ({
  ...(follow === true ? { follow } : {}),
  ...(store === undefined ? {} : { store }),
});

/** A follow ends with what is followed, and at the end of the time that was asked for. */
function endOf({ ended }: LogSourceRef, { query }: LogsParams): AbortSignal {
  const until = query?.until === undefined ? Number.NaN : Date.parse(query.until);
  const left = until - Date.now();
  if (Number.isNaN(left) || left > MAX_TIMER_MS) return ended;
  return AbortSignal.any([ended, AbortSignal.timeout(Math.max(0, Math.round(left)))]);
}

/** @throws RigError invalid_input */
function toReadOptions(params: LogsParams, signal: AbortSignal): ReadOptions {
  const { tail, follow, reverse, query, positions } = params;
  const after = parseAfter(params);
  if (reverse === true && (follow === true || (query?.before ?? 0) + (query?.after ?? 0) > 0)) {
    throw new RigError(
      'invalid_input',
      'A log that is read backwards has neither live lines nor lines around others.',
    );
  }
  return {
    signal,
    ...(after === undefined ? {} : { after }),
    ...(tail === undefined ? {} : { tail }),
    ...(follow === undefined ? {} : { follow }),
    ...(reverse === undefined ? {} : { reverse }),
    ...(query === undefined ? {} : { query }),
    ...(positions === undefined ? {} : { positions }),
  };
}

function parseAfter({ after, tail, reverse }: LogsParams): LogCursor | undefined {
  if (after === undefined) return undefined;
  if (tail !== undefined && reverse !== true) {
    throw new RigError(
      'invalid_input',
      'A log begins behind a cursor or so many lines before its end, not both.',
    );
  }
  const cursor = parseCursor(after);
  if (cursor === null) throw new RigError('invalid_input', 'The cursor is not one of a log.');
  return cursor;
}

async function* batchesOf(
  events: EventLog,
  source: LogSourceRef,
  reading: ReadOptions,
  until: AbortSignal,
): AsyncGenerator<Iterable<LogRecord | LogPosition>> {
  if (source.kind === 'events') {
    const { after, ...options } = reading;
    const place = after === undefined ? {} : { after: after.seq };
    for await (const event of readEvents(events, { ...options, ...place, reach: source.reach, until }))
      yield [event];
    return;
  }
  const isFollowed = reading.follow === true;
  const batches = openLogReader(source.dir).read({
    ...reading,
    lent: true,
    ...(isFollowed ? { until } : {}),
  });
  for await (const batch of batches) yield toLogRecords(batch, source.app);
}

/** One after the other, so that they do not all take memory at once. */
function* toLogRecords(
  batch: readonly (StoredRecord | StoredPosition)[],
  app: string,
): Generator<LogRecord | LogPosition> {
  for (const record of batch) yield toLogRecord(record, app);
}

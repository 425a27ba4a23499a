import { join } from 'node:path';
import { ChannelStream, type LogsParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { type LogCursor, type LogPosition, type LogRecord, parseCursor } from '@rig-ops/contract/log-record';
import {
  checkLogQuery,
  openLogReader,
  type ReadOptions,
  type StoredPosition,
  type StoredRecord,
} from '@rig-ops/logstore';
import { sendRecords } from '@rig-ops/wire';
import type { Deployments } from '../deployments.ts';
import type { AppLifetimes } from '../features/apps/app-lifetimes.ts';
import type { AppStore } from '../features/apps/app-store.ts';
import { requireApp } from '../features/apps/require-app.ts';
import type { ChannelAudit } from './channel-audit.ts';
import type { ChannelHandler } from './channel-handlers.ts';
import { toLogRecord } from './to-log-record.ts';

/** Longest time a timer can wait (setTimeout, about 25 days). */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface LogsDeps {
  readonly layout: PlatformLayout;
  readonly apps: AppStore;
  readonly deployments: Pick<Deployments, 'appOfBuild' | 'buildEnded'>;
  readonly lifetimes: AppLifetimes;
  readonly audit: ChannelAudit;
}

interface LogSourceRef {
  readonly app: string;
  readonly dir: string;
  /** Aborts when nothing will be written any more. */
  readonly ended: AbortSignal;
}

/** The log of an app or a build, history and live lines on one path. */
export function serveLogs(deps: LogsDeps): ChannelHandler<'logs'> {
  return async (request) => {
    const { params, signal } = request;
    const target = params.build === undefined ? `app/${params.app ?? ''}` : `build/${params.build}`;
    const about = { action: 'logs.read', target, details: params.follow === true ? { follow: true } : {} };
    let source: LogSourceRef;
    let reading: ReadOptions;
    try {
      reading = toReadOptions(params, signal);
      await checkLogQuery(params.query);
      source = await findSource(deps, params, signal);
    } catch (error) {
      await deps.audit.failed(request, about, error);
      throw error;
    }
    await deps.audit.succeeded(request, about);
    const until = params.follow === true ? { until: endOf(source, params) } : {};
    const batches = openLogReader(source.dir).read({ ...reading, ...until });
    const channel = request.accept();
    await sendRecords(channel, ChannelStream.records, recordsOf(batches, source.app));
  };
}

/** A follow ends with what is followed, and at the end of the time that was asked for. */
function endOf({ ended }: LogSourceRef, { query }: LogsParams): AbortSignal {
  const until = query?.until === undefined ? Number.NaN : Date.parse(query.until);
  const left = until - Date.now();
  if (Number.isNaN(left) || left > MAX_TIMER_MS) return ended;
  return AbortSignal.any([ended, AbortSignal.timeout(Math.max(0, Math.round(left)))]);
}

async function findSource(
  { layout, apps, deployments, lifetimes }: LogsDeps,
  params: LogsParams,
  signal: AbortSignal,
): Promise<LogSourceRef> {
  const { app: appName, build } = params;
  if ((appName === undefined) === (build === undefined)) {
    throw new RigError('invalid_input', 'Name either an app or a build.');
  }
  if (build === undefined) {
    const app = await requireApp(apps, appName ?? '');
    return { app: app.name, dir: join(layout.logs, 'apps', app.id), ended: lifetimes.signalOf(app.id) };
  }
  const app = await deployments.appOfBuild(build);
  if (app === undefined) {
    throw new RigError('build_not_found', `There is no build ${JSON.stringify(build.slice(0, 100))}.`);
  }
  const ended = new AbortController();
  // Rejects only because of `signal`, which ends the reader as well.
  deployments.buildEnded(build, signal).then(
    () => ended.abort(),
    () => ended.abort(),
  );
  return { app: app.name, dir: join(layout.logs, 'builds', build), ended: ended.signal };
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

async function* recordsOf(
  batches: AsyncIterable<(StoredRecord | StoredPosition)[]>,
  app: string,
): AsyncGenerator<LogRecord | LogPosition> {
  for await (const batch of batches) {
    for (const record of batch) yield toLogRecord(record, app);
  }
}

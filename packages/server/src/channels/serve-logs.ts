import { join } from 'node:path';
import { ChannelStream, type LogsParams } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { type LogCursor, type LogRecord, parseCursor } from '@rig-ops/contract/log-record';
import { openLogReader } from '@rig-ops/logstore';
import { sendRecords } from '@rig-ops/wire';
import type { Deployments } from '../deployments.ts';
import type { AppLifetimes } from '../features/apps/app-lifetimes.ts';
import type { AppStore } from '../features/apps/app-store.ts';
import { requireApp } from '../features/apps/require-app.ts';
import type { ChannelAudit } from './channel-audit.ts';
import type { ChannelHandler } from './channel-handlers.ts';
import { toLogRecord } from './to-log-record.ts';

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
    let after: LogCursor | undefined;
    try {
      after = parseAfter(params);
      source = await findSource(deps, params, signal);
    } catch (error) {
      await deps.audit.failed(request, about, error);
      throw error;
    }
    await deps.audit.succeeded(request, about);
    const { tail, follow } = params;
    const batches = openLogReader(source.dir).read({
      ...(after === undefined ? {} : { after }),
      ...(tail === undefined ? {} : { tail }),
      ...(follow === true ? { follow, until: source.ended } : {}),
      signal,
    });
    const channel = request.accept();
    await sendRecords(channel, ChannelStream.records, recordsOf(batches, source.app));
  };
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

function parseAfter({ after, tail, query, reverse }: LogsParams): LogCursor | undefined {
  if (query !== undefined || reverse === true) {
    throw new RigError('invalid_input', 'This platform does not select lines of a log.');
  }
  if (after === undefined) return undefined;
  if (tail !== undefined) {
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
  batches: ReturnType<ReturnType<typeof openLogReader>['read']>,
  app: string,
): AsyncGenerator<LogRecord> {
  for await (const batch of batches) {
    for (const record of batch) yield toLogRecord(record, app);
  }
}

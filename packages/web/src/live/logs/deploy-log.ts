import type { DeployEvent } from '@rig-ops/contract/resources';
import {
  joinPartialLines,
  LiveMerge,
  mergeByTime,
  readLogs,
  type ConnectionWatch,
} from '@rig-ops/wire/log-feed';
import { call } from '../../api/call.ts';
import { isLost, openLog, readPageRecords } from '../channels/page-channels.ts';
import type { ReadPiece } from './log-reader.ts';
import type { NoteRow } from './log-row.ts';

const AGAIN_AFTER_MS = 1000;

/** The steps of a deploy, and among them what its build prints. */
export async function* readDeployLog(
  deploy: string,
  signal: AbortSignal,
  connection: ConnectionWatch,
): AsyncGenerator<ReadPiece> {
  const buildLog = (build: string) =>
    joinPartialLines(
      readLogs(openLog, {
        logs: [{ of: { build }, optional: true }],
        follow: true,
        reverse: false,
        signal,
        connection,
      }),
    );
  const { buildId, endedAt } = await call('getDeploy', { params: { deploy }, signal });
  if (endedAt !== null) {
    const logs = buildId === null ? [] : [buildLog(buildId)];
    yield* mergeByTime<ReadPiece>([steps(deploy, signal, () => undefined), ...logs]);
    return;
  }
  const merge = new LiveMerge<ReadPiece>();
  let build: string | null = null;
  merge.add(
    steps(deploy, signal, (event) => {
      if (build !== null || event.deploy.buildId === null) return;
      build = event.deploy.buildId;
      merge.add(buildLog(build));
    }),
  );
  yield* merge;
}

async function* steps(
  deploy: string,
  signal: AbortSignal,
  onEvent: (event: DeployEvent) => void,
): AsyncGenerator<NoteRow> {
  for (let seen = 0; ; ) {
    try {
      for await (const event of readPageRecords<DeployEvent>(
        'deploy-events',
        { deploy, after: seen },
        signal,
      )) {
        seen += 1;
        onEvent(event);
        yield { type: 'note', at: event.at, text: describeStep(event) };
      }
      return;
    } catch (error) {
      if (signal.aborted || !isLost(error) || seen === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }
}

/** One line about something that happened in a deploy. */
function describeStep({
  type,
  deploy,
  step,
  status,
  name,
  message,
  position,
  durationMs,
}: DeployEvent): string {
  const took = durationMs === undefined ? '' : ` after ${(durationMs / 1000).toFixed(1)} s`;
  if (type === 'done') {
    if (deploy.error !== null) return `failed: ${deploy.error.message}`;
    return deploy.release === null ? 'done' : `done: v${deploy.release} is live`;
  }
  if (type === 'note') return message ?? '';
  if (type === 'build-queued') return `the build waits for its turn, at place ${position ?? 1}`;
  const what = type === 'build-step' ? `build: ${name ?? ''}` : (step ?? '');
  const became = { started: '…', succeeded: `done${took}`, failed: `failed${took}` };
  return status === undefined ? what : `${what} ${became[status]}`;
}

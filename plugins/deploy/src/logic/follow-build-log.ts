import { setTimeout as delay } from 'node:timers/promises';
import type { RigClient } from '@rig-ops/client';
import type { LogRecord } from '@rig-ops/contract/log-record';
import { isPassing } from './follow-deploy.ts';

/** Lines of a build's log as they come, from the first to the last; goes on behind a loss of the connection. */
export async function* followBuildLog(
  client: RigClient,
  build: string,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  let after: string | undefined;
  for (;;) {
    const params = { build, follow: true, ...(after === undefined ? {} : { after }) };
    try {
      for await (const record of client.records<LogRecord>('logs', params, { signal })) {
        if (record.type === 'gap') {
          after = record.to;
          yield `(${record.count} lines could not be kept: ${record.reason})`;
        } else {
          after = record.cursor;
          yield record.message;
        }
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
    }
    await delay(250 * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { LogsParams } from '@rig-ops/contract/channels';
import { isRigError } from '@rig-ops/contract/errors';
import type { LogPosition, LogRecord } from '@rig-ops/contract/log-record';

/** A channel of a log, until its end or its loss; `RigClient.records` is one. */
export type OpenLog = (params: LogsParams, signal: AbortSignal) => AsyncIterable<LogRecord | LogPosition>;

export interface LogFollower {
  onRecord: (record: LogRecord) => void;
  /** Told of each loss and return of the connection. */
  onConnection: (isLost: boolean) => void;
  /** How long to wait before an attempt, in milliseconds. */
  pauseMs?: number;
}

const passing = new Set(['connection_lost', 'unreachable', 'platform_not_running', 'timed_out']);

/**
 * Follows a log until the signal: its latest lines and then each that comes, once and in order. Behind a loss of the
 * connection it goes on with the very next line. @throws RigError what the platform refuses
 */
export async function followLog(
  open: OpenLog,
  params: Omit<LogsParams, 'follow' | 'after' | 'positions'>,
  { onRecord, onConnection, pauseMs = 1_000 }: LogFollower,
  signal: AbortSignal,
): Promise<void> {
  let after: string | undefined;
  let isLost = false;
  while (!signal.aborted) {
    const { tail, ...rest } = params;
    const place = after === undefined ? (tail === undefined ? {} : { tail }) : { after };
    try {
      for await (const record of open({ ...rest, ...place, follow: true, positions: true }, signal)) {
        if (isLost) onConnection(false);
        isLost = false;
        after = record.type === 'gap' ? record.to : record.cursor;
        if (record.type !== 'position') onRecord(record);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isRigError(error) || !passing.has(error.code)) throw error;
      if (!isLost) onConnection(true);
      isLost = true;
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

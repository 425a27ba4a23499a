import { setTimeout as sleep } from 'node:timers/promises';
import type { LogsParams } from '@rig-ops/contract/channels';
import { isRigError } from '@rig-ops/contract/errors';
import type { LogRecord } from '@rig-ops/contract/log-record';
import { LogFeed, type OpenLog } from '@rig-ops/wire/log-feed';

export interface FollowedLog {
  readonly app: string;
  readonly tail: number;
  readonly query?: LogsParams['query'];
}

export interface LogFollower {
  onRecord: (record: LogRecord) => void;
  /** Told of each loss and return of the connection. */
  onConnection: (isLost: boolean) => void;
  /** How long to wait before an attempt, in milliseconds; at random, more each time, when absent. */
  pauseMs?: number;
}

const passing = new Set(['connection_lost', 'unreachable', 'platform_not_running', 'timed_out']);

/**
 * Follows a log until the signal: its latest lines and then each that comes, once and in order, over any loss of the
 * connection. @throws RigError what the platform refuses
 */
export async function followLog(
  open: OpenLog,
  { app, tail, query }: FollowedLog,
  { onRecord, onConnection, pauseMs }: LogFollower,
  signal: AbortSignal,
): Promise<void> {
  const connection = {
    lost: () => onConnection(true),
    back: () => onConnection(false),
    maxWaitMs: Number.POSITIVE_INFINITY,
  };
  const delay = pauseMs === undefined ? {} : { delay: () => pauseMs };
  const feed = new LogFeed(open, { of: { app }, tail, query, signal, connection, ...delay });
  let isLost = false;
  let isBegun = false;
  while (!signal.aborted) {
    try {
      if (!isBegun) for await (const record of feed.history()) onRecord(record);
      isBegun = true;
      if (isLost) connection.back();
      isLost = false;
      for await (const record of feed.live()) onRecord(record);
    } catch (error) {
      if (signal.aborted) return;
      // A feed gives up only what it never reached: nothing of it was told yet.
      if (!isRigError(error) || !passing.has(error.code)) throw error;
      if (!isLost) connection.lost();
      isLost = true;
    }
    await sleep(pauseMs ?? 1_000, undefined, { signal }).catch(() => undefined);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { RigClient } from '@rig-ops/client';
import { isRigError } from '@rig-ops/contract/errors';
import type { PlatformEvent, Status } from '@rig-ops/contract/resources';
import { type DashboardDocument, type Figures, newestFigures, readDashboard } from './dashboard-document.ts';
import { describeProblem } from './describe-problem.ts';
import { type AppChange, findChanges, type HealthChange } from './find-changes.ts';

export type DashboardRecord =
  | ({ type: 'snapshot' } & DashboardDocument)
  | AppChange
  | HealthChange
  | ({ type: 'event' } & PlatformEvent)
  | ({ type: 'figures' } & Figures)
  | { type: 'connection'; lost: boolean; message: string | null };

const lostCodes = new Set(['connection_lost', 'unreachable', 'platform_not_running', 'timed_out']);

/** What is known of the platform so far. */
interface Known {
  status: Status;
  measuredAt: string | null;
  event: number;
}

/**
 * Everything at first, then every change, until the signal; over any loss of the connection.
 * @throws RigError what the platform refuses, and the reason of the signal
 */
export async function* watchDashboard(
  client: RigClient,
  { intervalMs, signal }: { intervalMs: number; signal: AbortSignal },
): AsyncGenerator<DashboardRecord> {
  const { events } = await client.call('listEvents', { query: { limit: 1 }, signal });
  const first = await readDashboard(client, signal);
  const known: Known = { status: first.status, measuredAt: first.measuredAt, event: events[0]?.id ?? 0 };
  yield { type: 'snapshot', ...first };
  let isLost = false;
  for (;;) {
    await pause(intervalMs, signal);
    let changes: DashboardRecord[];
    try {
      changes = await look(client, known, signal);
      if (isLost) yield { type: 'connection', lost: false, message: null };
      isLost = false;
    } catch (error) {
      signal.throwIfAborted();
      if (!isRigError(error) || !lostCodes.has(error.code)) throw error;
      if (!isLost) yield { type: 'connection', lost: true, message: describeProblem(error) };
      isLost = true;
      continue;
    }
    yield* changes;
  }
}

async function look(client: RigClient, known: Known, signal: AbortSignal): Promise<DashboardRecord[]> {
  const [status, metrics, page] = await Promise.all([
    client.call('getStatus', { signal }),
    client.call('getMetrics', { query: { step: '10s', points: 1 }, signal }),
    client.call('followEvents', { params: { event: String(known.event) }, query: { limit: 1000 }, signal }),
  ]);
  const figures = newestFigures(metrics);
  const isNew = figures.measuredAt !== known.measuredAt;
  const records: DashboardRecord[] = [
    ...page.events.map((event) => ({ type: 'event' as const, ...event })),
    ...findChanges(known.status, status),
    ...(isNew ? [{ type: 'figures' as const, ...figures }] : []),
  ];
  known.status = status;
  known.measuredAt = figures.measuredAt;
  known.event = page.events.at(-1)?.id ?? known.event + page.missed;
  return records;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    // The reason of the signal says more than the timer's own error.
    signal.throwIfAborted();
    throw error;
  }
}

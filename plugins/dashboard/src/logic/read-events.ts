import { setTimeout as sleep } from 'node:timers/promises';
import type { RigClient } from '@rig-ops/client';
import { isRigError } from '@rig-ops/contract/errors';
import type { PlatformEvent } from '@rig-ops/contract/resources';

export interface EventQuery {
  /** Begin behind this event; at the `lines` latest that match when absent. */
  after: number | undefined;
  lines: number;
  follow: boolean;
  matches: (event: PlatformEvent) => boolean;
  /** Told when the platform cannot be reached, and when it can be again. */
  onConnection: (isLost: boolean) => void;
  signal: AbortSignal;
}

export type EventItem =
  | ({ type: 'event' } & PlatformEvent)
  /** Events that are not kept any more, those among them that the caller may not see. */
  | { type: 'gap'; missed: number; before: number | null };

const PAGE = 200;
const PAUSE_MS = 1_000;
const lostCodes = new Set(['connection_lost', 'unreachable', 'platform_not_running', 'timed_out']);

/** Every event that matches, once and in order; with `follow`, also those to come, over any loss of the connection. */
export async function* readEvents(client: RigClient, query: EventQuery): AsyncGenerator<EventItem> {
  const { follow, matches, signal } = query;
  let last = query.after;
  // What is gone is nobody's loss who begins with the latest.
  let mayMiss = last !== undefined;
  if (last === undefined) {
    const { found, newest } = await readLatest(client, query);
    for (const event of found) yield { type: 'event', ...event };
    last = newest;
    if (!follow) return;
  }
  for (;;) {
    const page = await askPatiently(client, last, query);
    if (page === null) return;
    const [first] = page.events;
    if (page.missed > 0 && mayMiss) yield { type: 'gap', missed: page.missed, before: first?.id ?? null };
    for (const event of page.events) if (matches(event)) yield { type: 'event', ...event };
    mayMiss = true;
    last = page.events.at(-1)?.id ?? last + page.missed;
    if (!follow && page.events.length === 0) return;
    if (signal.aborted) return;
  }
}

/** The latest events that match, oldest first, and the id of the newest there is. */
async function readLatest(
  client: RigClient,
  { lines, matches, signal }: EventQuery,
): Promise<{ found: PlatformEvent[]; newest: number }> {
  const found: PlatformEvent[] = [];
  let newest: number | undefined;
  for (let cursor: string | null | undefined; cursor !== null && found.length < lines; ) {
    const page = await client.call('listEvents', {
      query: { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
      signal,
    });
    newest ??= page.events[0]?.id ?? 0;
    found.push(...page.events.filter(matches));
    cursor = page.nextCursor;
  }
  if (newest === undefined) {
    const { events } = await client.call('listEvents', { query: { limit: 1 }, signal });
    newest = events[0]?.id ?? 0;
  }
  return { found: found.slice(0, lines).toReversed(), newest };
}

/** @returns null when it was interrupted */
async function askPatiently(client: RigClient, last: number, { follow, onConnection, signal }: EventQuery) {
  for (let isLost = false; ; ) {
    try {
      const params = { event: String(last) };
      const query = { limit: PAGE, wait: follow && !isLost ? ('true' as const) : ('false' as const) };
      const page = await client.call('followEvents', { params, query, signal });
      if (isLost) onConnection(false);
      return page;
    } catch (error) {
      if (signal.aborted) return null;
      if (!follow || !isRigError(error) || !lostCodes.has(error.code)) throw error;
      if (!isLost) onConnection(true);
      isLost = true;
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return null;
  }
}

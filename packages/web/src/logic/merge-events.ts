import type { PlatformEvent } from '@rig-ops/contract/resources';

/** What is known of events, newest first. */
export interface KnownEvents {
  readonly events: readonly PlatformEvent[];
  /** Events that are not kept any more, between what is known; 0 when none. */
  readonly missed: number;
  /** Where the page behind these begins; null when there is none. */
  readonly older: string | null;
}

const MOST = 2000;

/** Events that have come, oldest first, put before those that are known. */
export function withNewer(known: KnownEvents, newer: readonly PlatformEvent[], missed: number): KnownEvents {
  const last = known.events[0]?.id ?? 0;
  const fresh = newer.filter(({ id }) => id > last).toReversed();
  if (fresh.length === 0 && missed === 0) return known;
  const events = [...fresh, ...known.events];
  // What falls out can be had again from the page behind.
  return {
    events: events.slice(0, MOST),
    missed: known.missed + missed,
    older: events.length > MOST ? String(events[MOST - 1]?.id) : known.older,
  };
}

/** Whether an event is one of an app and of a kind; a kind ending in `*` stands for all that begin like it. */
export function eventMatches(
  event: PlatformEvent,
  { app = '', kind = '', text = '' }: { app?: string; kind?: string; text?: string },
): boolean {
  if (app !== '' && event.app !== app) return false;
  const begin = kind.endsWith('*') ? kind.slice(0, -1) : null;
  if (kind !== '' && (begin === null ? event.kind !== kind : !event.kind.startsWith(begin))) return false;
  const words = text.toLowerCase().split(/\s+/);
  const within = `${event.kind} ${event.app ?? ''} ${event.message}`.toLowerCase();
  return words.every((word) => within.includes(word));
}

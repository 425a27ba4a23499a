import type { Verb } from '@rig-ops/contract/access';
import { type EventKind, type EventKindEntry, eventKinds } from '@rig-ops/contract/event-kinds';
import type { PlatformEvent } from '@rig-ops/contract/resources';
import type { Page, PageQuery } from '../../store/page.ts';
import { decide, type Reach, reachOf, type Subject } from '../access/decide.ts';
import { PLATFORM } from '../access/target.ts';

/** Something to tell. */
export interface NewEvent {
  readonly app: string | null;
  /** Of that app; found by its name when absent. */
  readonly network?: string;
  readonly kind: EventKind;
  readonly message: string;
  readonly user?: string | null;
  /** Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What happened on the platform. The newest 10,000 are kept. */
export interface EventLog {
  append(event: NewEvent): Promise<void>;
  /** Tells what was made of an audit record, unless that was done already. */
  appendAudited(seq: number, at: string, event: NewEvent): Promise<void>;
  /**
   * Newest first; with a reach, those within it. An app does not inherit the events of another that had its name.
   * @throws RigError `invalid_input` for a malformed cursor
   */
  list(query: PageQuery, reach?: EventReach): Promise<Page<PlatformEvent>>;
  /** Oldest first, behind the event of this id (0 for the beginning), at most so many. */
  behind(id: number, limit: number, reach: EventReach): Promise<PlatformEvent[]>;
  /** Ids of the oldest and the newest event; 0 where there is none. */
  range(): Promise<{ oldest: number; newest: number }>;
  /** Resolves at the next event after this call, or when the signal is aborted. */
  changed(signal: AbortSignal): Promise<void>;
}

/** Where events of some kinds may be seen. */
export interface PlaceReach {
  readonly apps: Reach;
  /** Those of the platform itself. With all apps beside it: all events, also those of apps that are gone. */
  readonly platform: boolean;
}

/** Which events somebody may see. */
export interface EventReach extends PlaceReach {
  /** For kinds that take a verb of their own; those of a verb that is not here are not seen. */
  readonly guarded?: ReadonlyMap<Verb, PlaceReach>;
}

const entries = Object.entries(eventKinds) as [EventKind, EventKindEntry][];
const guards = new Set(entries.flatMap(([, { verb }]) => verb ?? []));

/** Kinds that take this verb to be seen. */
export const kindsGuardedBy = (verb: Verb): EventKind[] =>
  entries.filter(([, entry]) => entry.verb === verb).map(([kind]) => kind);

/** Kinds that take more than seeing the app, or the platform. */
export const guardedKinds: readonly EventKind[] = entries
  .filter(([, { verb }]) => verb !== undefined)
  .map(([kind]) => kind);

const placesOf = (caller: Subject, atApps: Verb, atPlatform: Verb): PlaceReach => ({
  apps: reachOf(caller, atApps),
  platform: decide(caller, atPlatform, PLATFORM).allowed,
});

export const eventReachOf = (caller: Subject): EventReach => ({
  ...placesOf(caller, 'app.read', 'platform.read'),
  guarded: new Map([...guards].map((verb) => [verb, placesOf(caller, verb, verb)])),
});

const EVERYWHERE: PlaceReach = { apps: { everywhere: true }, platform: true };

/** Of the platform itself. */
export const EVERY_EVENT: EventReach = {
  ...EVERYWHERE,
  guarded: new Map([...guards].map((verb) => [verb, EVERYWHERE])),
};

export const KEPT_EVENTS = 10_000;

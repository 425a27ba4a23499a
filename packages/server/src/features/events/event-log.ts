import type { PlatformEvent } from '@rig-ops/contract/resources';
import type { Page, PageQuery } from '../../store/page.ts';
import { decide, type Reach, reachOf, type Subject } from '../access/decide.ts';
import { PLATFORM } from '../access/target.ts';

/** What happened on the platform. The newest 10,000 are kept. */
export interface EventLog {
  append(event: Pick<PlatformEvent, 'app' | 'kind' | 'message'>): Promise<void>;
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

/** Which events somebody may see. */
export interface EventReach {
  readonly apps: Reach;
  /** Those of the platform itself. With all apps beside it: all events, also those of apps that are gone. */
  readonly platform: boolean;
}

export const eventReachOf = (caller: Subject): EventReach => ({
  apps: reachOf(caller, 'app.read'),
  platform: decide(caller, 'platform.read', PLATFORM).allowed,
});

export const KEPT_EVENTS = 10_000;

import type { AuditEvent, PlatformEvent, Release, Session, Status } from '@rig-ops/contract/resources';
import { LogRing } from './log-ring.ts';
import { MetricsHistory, type Step } from './metrics-history.ts';

/** Something that was asked for: still on its way, there, or refused. */
export interface Loaded<T> {
  readonly items: readonly T[];
  readonly state: 'loading' | 'ready' | 'failed';
  /** Why it is not there, and what to do about it. */
  readonly problem: string | null;
}

function loading<T>(): Loaded<T> {
  return { items: [], state: 'loading', problem: null };
}

/** How many points are kept: as many as the widest sparkline has columns. */
export const TREND_POINTS = 120;

/** Everything that came from the platform. It is bounded: rings, latest answers, nothing else. */
export class DashboardData {
  status: Status | null = null;
  /** When the status came, on the clock of this machine (`Date.now()`); 0 before the first. */
  statusAt = 0;
  /** What the last attempt to ask for the status ended with; null when it succeeded. */
  problem: string | null = null;
  readonly histories: Record<Step, MetricsHistory> = {
    '1s': new MetricsHistory('1s', TREND_POINTS),
    '10s': new MetricsHistory('10s', TREND_POINTS),
    '60s': new MetricsHistory('60s', TREND_POINTS),
  };
  /** Of the instances of the app that is looked at. */
  instances = new MetricsHistory('1s', TREND_POINTS);
  /** Oldest first. */
  events: PlatformEvent[] = [];
  sessions: Loaded<Session> = loading();
  audit: Loaded<AuditEvent> = loading();
  /** Of the app that is looked at. */
  releases: Loaded<Release> = loading();
  log = new LogRing();
  logState: { isLost: boolean; problem: string | null } = { isLost: false, problem: null };

  /** Adds events that came in order, and forgets the oldest. */
  addEvents(events: readonly PlatformEvent[], most = 1_000): void {
    const newest = this.events.at(-1)?.id ?? 0;
    this.events.push(...events.filter(({ id }) => id > newest));
    if (this.events.length > most) this.events.splice(0, this.events.length - most);
  }
}

import type { SessionEnd, SessionLimits } from '@rig-ops/contract/channels';

/** What the limits of a session depend on; times in milliseconds of one clock. */
export interface SessionTimes {
  startedAt: number;
  lastActiveAt: number;
  /** Since when a lost client is waited for; null when none is. */
  lostAt: number | null;
  /** Since when nobody is attached; null while somebody is. */
  aloneAt: number | null;
  /** Whether it goes on when nobody is attached. */
  detach: boolean;
  /** How long the command may take in all; null for any time. */
  timeoutMs: number | null;
}

/** `forsaken`: a lost client is not waited for any more, and the session goes on without it. */
export type DeadlineCause =
  | Extract<SessionEnd, 'timeout' | 'maximum' | 'idle' | 'lost' | 'detached'>
  | 'forsaken';

export interface Deadline {
  at: number;
  why: DeadlineCause;
}

/** Those whose user is told beforehand. */
export const WARNED: readonly DeadlineCause[] = ['idle', 'maximum', 'detached'];

const LONGEST_WARNING_MS = 5 * 60_000;

/** How long before the end of a limit of `lengthMs` its user is told. */
export const warningOf = (lengthMs: number): number => Math.min(LONGEST_WARNING_MS, lengthMs / 4);

const inMs = (seconds: number | null) => (seconds === null ? null : seconds * 1_000);

/** Every limit that will end a session as things are, soonest first. */
export function deadlinesOf(times: SessionTimes, limits: SessionLimits): Deadline[] {
  const { startedAt, lastActiveAt, lostAt, aloneAt, detach, timeoutMs } = times;
  const found: Deadline[] = [];
  const add = (why: DeadlineCause, from: number | null, lengthMs: number | null) => {
    if (from !== null && lengthMs !== null) found.push({ at: from + lengthMs, why });
  };
  add('timeout', startedAt, timeoutMs);
  add('maximum', startedAt, inMs(limits.maximumSeconds));
  add('idle', lastActiveAt, inMs(limits.idleSeconds));
  add(detach ? 'forsaken' : 'lost', lostAt, inMs(limits.reconnectSeconds));
  if (detach) add('detached', aloneAt, inMs(limits.detachedSeconds));
  return found.toSorted((left, right) => left.at - right.at);
}

/** How long the limit behind a deadline is, in milliseconds. */
export function lengthOf(why: DeadlineCause, limits: SessionLimits): number {
  const seconds =
    why === 'maximum'
      ? limits.maximumSeconds
      : why === 'idle'
        ? limits.idleSeconds
        : why === 'detached'
          ? limits.detachedSeconds
          : limits.reconnectSeconds;
  return (seconds ?? 0) * 1_000;
}

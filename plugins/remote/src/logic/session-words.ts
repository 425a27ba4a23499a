import type { SessionAccepted, SessionEnd, SessionLimits } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import { inWords } from './terminal/messages.ts';

/** Where a session is, for people. */
export function placeOf(session: {
  app?: string | null;
  network?: string | undefined;
  instance: string | null;
}): string {
  const { app, network, instance } = session;
  if (app === null || app === undefined) return `network ${network ?? 'default'}`;
  return instance === null || instance === '' ? app : `${app}/${instance}`;
}

/** Behind `~d`. */
export function leftLine(session: string, limits: Pick<SessionLimits, 'detachedSeconds'>): string {
  return `The session goes on for ${inWords(limits.detachedSeconds)}. To come back: rig sessions attach ${session}`;
}

/** What a user is told before the first line of a session; null for nothing. */
export function beginLine(accepted: Pick<SessionAccepted, 'recorded'>): string | null {
  return accepted.recorded ? 'This session is recorded.' : null;
}

const endings: Partial<Record<SessionEnd, string>> = {
  killed: 'The session was ended with `rig sessions kill`.',
  idle: 'The session was ended: nothing had happened in it for so long.',
  maximum: 'The session was ended: it had reached its longest time.',
  detached: 'The session was ended: nobody had been attached for so long.',
  unrecorded: 'The session was ended: it could not be recorded any more.',
  revoked: 'The session was ended: you may not any more.',
};

/** Why it ended, where that was not by itself. */
export function endLine(end: SessionEnd): string | null {
  return endings[end] ?? null;
}

/** @throws RigError where the end is a failure of rig's own, whatever the program's exit code */
export function requireProgramsEnd(
  { end }: { end: SessionEnd },
  { session, instance }: { session: string; instance: string },
): void {
  const details = { origin: 'rig', session, instance };
  if (end === 'timeout')
    throw new RigError('remote_timeout', 'The program took longer than it may.', { details });
  if (end === 'target-gone') {
    throw new RigError('remote_target_gone', `${instance} is gone, and the program with it.`, { details });
  }
}

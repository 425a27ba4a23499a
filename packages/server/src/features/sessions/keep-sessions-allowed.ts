import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { Engine } from '../../engines/engine.ts';
import { newId } from '../../ids.ts';
import type { Logger } from '../../logger.ts';
import type { Authenticator } from '../../http/authenticator.ts';
import type { AccessChanges } from '../access/access-changes.ts';
import type { SessionPolicy } from '../access-policies/session-policy.ts';
import { type LiveSession, SessionReauthorizer } from '../access-policies/session-reauthorizer.ts';
import type { AppStore } from '../apps/app-store.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { SessionStore } from './session-store.ts';

/** What a program gets between SIGHUP and SIGKILL when its user may not have it any more. */
const REVOKED_GRACE_MS = 2_000;

/** Who knows whether a session is still allowed. */
export interface SessionAuthority {
  readonly authenticator: Authenticator;
  readonly policy: Pick<SessionPolicy, 'recheck'>;
  readonly changes: AccessChanges;
  readonly apps: Pick<AppStore, 'getById'>;
}

interface KeepSessionsAllowedDeps extends SessionAuthority {
  readonly sessions: Pick<SessionStore, 'running' | 'get'>;
  readonly engine: Pick<Engine, 'killSession'>;
  readonly audit: AuditLog;
  readonly log: Logger;
}

/** Ends the sessions that run and are not allowed any more, and records why. */
export function keepSessionsAllowed(deps: KeepSessionsAllowedDeps): SessionReauthorizer {
  const { apps, audit, authenticator, changes, engine, log, policy, sessions } = deps;
  /** Those that are being ended already. */
  const ending = new Set<string>();
  return new SessionReauthorizer({
    live: async () => {
      const running = await sessions.running();
      for (const id of ending) if (!running.some((row) => row.id === id)) ending.delete(id);
      return running.filter(({ id }) => !ending.has(id));
    },
    async renew({ userId, tokenId }) {
      const caller = await authenticator.renew({ token: { id: tokenId } });
      if (caller.userId === userId) return caller;
      throw new RigError('not_authenticated', 'The session was begun by somebody else.');
    },
    async end(session, because) {
      ending.add(session.id);
      try {
        await engine.killSession(session.id, { why: 'revoked', graceMs: REVOKED_GRACE_MS });
      } catch (error) {
        // It has ended by itself meanwhile, which is noted as that.
        if (isRigError(error) && GONE.has(error.code)) return;
        ending.delete(session.id);
        throw error;
      }
      await audit.append(await eventOf(session, because.code, sessions));
    },
    apps,
    policy,
    changes,
    log,
  });
}

const GONE: ReadonlySet<string> = new Set(['session_not_found', 'session_ended']);

async function eventOf({ id }: LiveSession, because: string, sessions: Pick<SessionStore, 'get'>) {
  const row = await sessions.get(id);
  return {
    user: 'rigd',
    action: 'session.revoke',
    target: row?.app == null ? `network/${row?.network ?? ''}` : `app/${row.app}`,
    result: 'succeeded' as const,
    errorCode: null,
    client: 'local',
    invocationId: null,
    requestId: newId('req'),
    details: { session: id, user: row?.user, because },
  };
}

import type { Kysely } from 'kysely';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Authenticator } from '../../http/authenticator.ts';
import type { FailureLimiter } from '../../http/failure-limiter.ts';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import type { AccessChanges } from '../access/access-changes.ts';
import type { UserStore } from '../access/user-store.ts';
import { BrowserAuthenticator } from './browser-authenticator.ts';
import { BrowserLoginBook } from './browser-login-book.ts';
import { BrowserSessionService } from './browser-session-service.ts';
import { routesOfBrowserSessions } from './routes-of-browser-sessions.ts';
import { hashSecret } from './session-secret.ts';
import { SqlBrowserSessionStore } from './sql-browser-session-store.ts';

export interface BrowserSessionsDeps {
  readonly db: Kysely<Database>;
  readonly users: Pick<UserStore, 'get'>;
  readonly changes: AccessChanges;
  /** Knows users by their tokens. */
  readonly tokens: Authenticator;
  /** The token in the folder of the platform. */
  readonly ownerToken: string;
  readonly failures: FailureLimiter;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Puts logins and sessions of browsers together. */
export async function createBrowserSessions(deps: BrowserSessionsDeps) {
  const { changes, clock, db, failures, log, ownerToken, tokens, users } = deps;
  const sessions = new SqlBrowserSessionStore(db);
  const ownerDigest = hashSecret(`browser ${ownerToken}`);
  await sessions.endOfOtherOwners(ownerDigest, timestampOf(clock));
  const service = new BrowserSessionService({ sessions, changes, ownerDigest, clock });
  const authenticator = new BrowserAuthenticator({ sessions, tokens, clock, log });
  return {
    /** Knows users by their tokens and their browsers. */
    authenticator,
    service,
    routes: routesOfBrowserSessions({
      book: new BrowserLoginBook(clock),
      service,
      authenticator,
      users,
      failures,
    }),
  };
}

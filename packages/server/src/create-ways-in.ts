import type { Kysely } from 'kysely';
import type { Clock } from './clock.ts';
import type { createAccess } from './features/access/index.ts';
import type { AuditLog } from './features/audit/audit-log.ts';
import type { BrowserAuthenticator } from './features/browser-sessions/browser-authenticator.ts';
import { createBrowserSessions } from './features/browser-sessions/create-browser-sessions.ts';
import type { routesOfBrowserSessions } from './features/browser-sessions/routes-of-browser-sessions.ts';
import { createLogins } from './features/logins/index.ts';
import type { routesOfLogins } from './features/logins/routes-of-logins.ts';
import { createPages } from './features/pages/create-pages.ts';
import type { Api } from './http/create-api.ts';
import { FailureLimiter } from './http/failure-limiter.ts';
import type { RequestSources } from './http/request-source.ts';
import type { RouteHandlers } from './http/route-handlers.ts';
import type { Logger } from './logger.ts';
import type { Database } from './store/database.ts';

export interface WaysInDeps {
  readonly db: Kysely<Database>;
  readonly access: Awaited<ReturnType<typeof createAccess>>;
  /** The token in the folder of the platform. */
  readonly ownerToken: string;
  readonly sources: RequestSources;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface WaysIn {
  /** Knows users by their tokens and their browsers. */
  readonly authenticator: BrowserAuthenticator;
  /** Counts what is wrong by where it comes from. */
  readonly failures: FailureLimiter;
  readonly routes: Pick<
    RouteHandlers,
    keyof ReturnType<typeof routesOfLogins> | keyof ReturnType<typeof routesOfBrowserSessions>
  >;
  /** Serves what is no API: the pages, the page of logins, and OAuth. */
  readonly before: (api: Api) => Api;
}

/** How people and browsers get in: their tokens and sessions, the logins that make them, and the pages. */
export async function createWaysIn({
  db,
  access,
  ownerToken,
  sources,
  audit,
  clock,
  log,
}: WaysInDeps): Promise<WaysIn> {
  const failures = new FailureLimiter();
  const { changes, issuer, users } = access;
  const browsers = await createBrowserSessions({
    db,
    users,
    changes,
    tokens: access.authenticator,
    ownerToken,
    failures,
    clock,
    log,
  });
  const { authenticator } = browsers;
  const logins = createLogins({
    db,
    users,
    issuer,
    browsers: browsers.service,
    authenticator,
    sources,
    failures,
    audit,
    clock,
    log,
  });
  const pages = createPages({ sources, log });
  return {
    authenticator,
    failures,
    routes: { ...logins.routes, ...browsers.routes },
    before: (api) => pages.before(logins.before(api)),
  };
}

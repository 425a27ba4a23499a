import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import { answerError } from '../../http/answer-error.ts';
import type { Authenticator } from '../../http/authenticator.ts';
import type { Api } from '../../http/create-api.ts';
import { FailureLimiter } from '../../http/failure-limiter.ts';
import { refuseOtherHosts } from '../../http/refuse-pages.ts';
import type { RequestSources } from '../../http/request-source.ts';
import { newId } from '../../ids.ts';
import type { Logger } from '../../logger.ts';
import type { Database } from '../../store/database.ts';
import type { TokenIssuer } from '../access/token-issuer.ts';
import type { UserStore } from '../access/user-store.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { resultOf } from '../audit/result-of.ts';
import type { BrowserSessionService } from '../browser-sessions/browser-session-service.ts';
import { LoginService } from './login-service.ts';
import { serveOAuth } from './oauth-endpoints.ts';
import { LoginPage } from './page/login-page.ts';
import { routesOfLogins } from './routes-of-logins.ts';
import { SqlLoginStore } from './sql-login-store.ts';

export interface LoginsDeps {
  readonly db: Kysely<Database>;
  readonly users: UserStore;
  readonly issuer: TokenIssuer;
  readonly browsers: Pick<BrowserSessionService, 'end'>;
  readonly authenticator: Authenticator;
  readonly sources: RequestSources;
  /** Counts wrong tokens together with those of the API. */
  readonly failures: FailureLimiter;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Puts logins together: routes of the API, and what is served beside it. */
export function createLogins(deps: LoginsDeps) {
  const { audit, clock, db, issuer, log, sources, users } = deps;
  const service = new LoginService({
    logins: new SqlLoginStore(db),
    users,
    issuer,
    wrongCodes: new FailureLimiter(),
    clock,
  });
  const record = (event: {
    user: string;
    action: string;
    client: string;
    details: Record<string, unknown>;
  }) =>
    audit
      .append({
        target: 'platform',
        result: 'succeeded',
        errorCode: null,
        invocationId: null,
        requestId: newId('req'),
        ...event,
      })
      // The login is made; an answer that says otherwise would be a lie.
      .catch((error: unknown) => log.error('An audit event could not be written', { ...event, error }));
  const page = new LoginPage({
    ...deps,
    service,
    onDecided: ({ user, approved, client, error }) =>
      record({
        user,
        client,
        action: approved ? 'login.approve' : 'login.deny',
        details: { by: 'page' },
        ...resultOf(error),
      }),
  });
  const oauth = {
    service,
    sources,
    log,
    onIssued: ({ user, tokenId, client }: { user: string; tokenId: string; client: string }) =>
      record({ user, client, action: 'login.token', details: { token: tokenId } }),
  };
  const serve = async (path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> =>
    (await page.serve(path, request, response)) || (await serveOAuth(path, request, response, oauth));
  return {
    routes: routesOfLogins({ service, issuer, browsers: deps.browsers }),
    /** Serves the page and the OAuth endpoints, and leaves every other request to the API. */
    before: (api: Api): Api => {
      return (request, response) => {
        const [path = ''] = (request.url ?? '').split('?');
        if (!/^\/(?:login|oauth|\.well-known)(?:\/|$)/.test(path)) {
          api(request, response);
          return;
        }
        (async () => {
          // The name in `Host`; what comes from another page is refused where it matters.
          refuseOtherHosts(request, sources);
          if (!(await serve(path, request, response))) api(request, response);
        })().catch((thrown: unknown) => {
          const { status, error } = answerError(thrown, newId('req'), log);
          if (!response.headersSent) response.writeHead(status, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ error }));
        });
      };
    },
  };
}

import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { Authenticator } from '../../http/authenticator.ts';
import type { FailureLimiter } from '../../http/failure-limiter.ts';
import type { RouteHandlers } from '../../http/route-handlers.ts';
import type { Caller } from '../access/caller.ts';
import type { UserRecord, UserStore } from '../access/user-store.ts';
import type { BrowserAuthenticator } from './browser-authenticator.ts';
import type { BrowserLoginBook } from './browser-login-book.ts';
import { nameBrowser } from './browser-name.ts';
import type { BrowserSessionService } from './browser-session-service.ts';
import { SESSION_MS } from './session-life.ts';

export interface RoutesOfBrowserSessionsDeps {
  readonly book: BrowserLoginBook;
  readonly service: BrowserSessionService;
  readonly authenticator: Pick<BrowserAuthenticator, 'authenticatePage'> & Pick<Authenticator, 'renew'>;
  readonly users: Pick<UserStore, 'get'>;
  /** Counts wrong tickets together with wrong tokens. */
  readonly failures: FailureLimiter;
}

type Names =
  | 'createBrowserLogin'
  | 'getBrowserLogin'
  | 'redeemBrowserLogin'
  | 'listBrowserSessions'
  | 'endBrowserSessions'
  | 'endBrowserSession';

export function routesOfBrowserSessions(deps: RoutesOfBrowserSessionsDeps): Pick<RouteHandlers, Names> {
  const { authenticator, book, service } = deps;
  const userOf = async (name: string, identity: Caller): Promise<UserRecord> => {
    const wanted = name === 'me' ? identity.user : name;
    const user = await deps.users.get(wanted);
    if (user === undefined) throw new RigError('user_not_found', `There is no user named ${wanted}.`);
    return user;
  };
  return {
    async createBrowserLogin({ identity }) {
      if (identity.browser !== undefined) {
        throw new RigError('not_permitted', 'A browser that is logged in cannot log another one in.', {
          hint: 'Run `rig status dashboard --web` where the other browser is.',
        });
      }
      const { id, ticket, expiresAt } = book.give(identity);
      const path = `/ui/#/login/${ticket}`;
      return { id, ticket, path, user: identity.user, expiresAt: expiresAt.toISOString() };
    },
    async getBrowserLogin({ params, identity }) {
      const state = book.stateOf(params.login, identity.userId);
      if (state === undefined) {
        throw new RigError('not_found', `There is no login ${params.login} of a browser.`);
      }
      return state;
    },
    async redeemBrowserLogin({ body, page, source, claim }) {
      // That it is the right one was seen to; without one no page of ours has sent it.
      if (page.origin === undefined) {
        throw new RigError('not_permitted', 'A browser logs in from the pages of the platform alone.');
      }
      const before =
        page.credentials && (await authenticator.authenticatePage(page.credentials).catch(ignore));
      const taken = book.take(body.ticket, (caller) =>
        before === undefined || before.userId === caller.userId || body.replace === true
          ? undefined
          : conflict(before, caller),
      );
      if (taken.login === undefined) {
        if (taken.caller !== undefined) claim(taken.caller);
        if (taken.error.code === 'browser_login_refused')
          countFailure(deps.failures, source.client, taken.error);
        throw taken.error;
      }
      claim(taken.login.caller);
      // The token may have been revoked since.
      const caller = await authenticator.renew(taken.login.caller);
      if (before?.browser !== undefined) await service.end(before.browser.id, before.userId);
      const { cookie, ...begun } = await service.begin(caller, {
        browser: nameBrowser(page.userAgent),
        client: source.client,
        port: page.port,
      });
      claim({ ...caller, browser: { id: begun.session.id } });
      taken.login.began(begun.session.id);
      page.keepCookie(cookie, SESSION_MS / 1_000);
      return begun;
    },
    async listBrowserSessions({ params, identity }) {
      return {
        sessions: await service.list(await userOf(params.user, identity)),
        current: identity.browser?.id ?? null,
      };
    },
    async endBrowserSessions({ params, identity }) {
      return { ended: await service.endAll(await userOf(params.user, identity)) };
    },
    async endBrowserSession({ params, identity }) {
      await service.endOf(await userOf(params.user, identity), params.browser);
      return { done: true };
    },
  };
}

/** A session that is over is as good as none. */
function ignore(error: unknown): undefined {
  if (!isRigError(error)) throw error;
}

function conflict(before: Caller, after: Caller): RigError {
  return new RigError(
    'browser_login_conflict',
    `The browser is logged in as ${before.user}; the link is of ${after.user}.`,
    { details: { user: before.user, other: after.user } },
  );
}

function countFailure(failures: FailureLimiter, client: string, cause: RigError): void {
  const retryAfterSeconds = failures.note(client);
  if (retryAfterSeconds === undefined) return;
  throw new RigError('too_many_failures', 'Too many wrong links to log in came from this address.', {
    cause,
    details: { retryAfterSeconds },
  });
}

import type { IncomingMessage } from 'node:http';
import type { Access } from '@rig-ops/contract/access';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import { type Route, type RouteName, routes } from '@rig-ops/contract/routes';
import type { Authorizer } from '../features/access/authorizer.ts';
import type { Caller } from '../features/access/caller.ts';
import type { Names } from '../features/access/resolve-target.ts';
import type { Authenticator } from './authenticator.ts';
import { checkParams } from './check-params.ts';
import type { BrowserAuthenticator } from '../features/browser-sessions/browser-authenticator.ts';
import type { FailureLimiter } from './failure-limiter.ts';
import { type PageCredentials, pageCredentialsOf } from './page-side.ts';
import { refuseOtherHosts, refuseOtherOrigins, requireOwnPage } from './refuse-pages.ts';
import type { RequestContext } from './request-context.ts';
import type { RequestSources } from './request-source.ts';

export interface RequestGuardDeps {
  readonly authenticator: Authenticator & Pick<BrowserAuthenticator, 'authenticatePage'>;
  readonly authorizer: Authorizer;
  readonly sources: RequestSources;
  readonly failures: FailureLimiter;
}

const accessOf = (route: RouteName | undefined): Access =>
  route === undefined ? 'anyone' : (routes[route] as Route).access;

const isNamedLater = (access: Access): boolean => typeof access === 'object' && access.from === 'body';

/** Decides who gets in, and to what, before anything of a request but its head is read. */
export class RequestGuard {
  readonly #deps: RequestGuardDeps;

  constructor(deps: RequestGuardDeps) {
    this.#deps = deps;
  }

  /**
   * Admits a request to its route and notes whose it is.
   * @throws RigError `not_permitted`, also for a browser; `not_authenticated` and its kin; a `…_not_found`
   */
  async admit(
    request: IncomingMessage,
    context: RequestContext,
    { params, query }: { params: Names; query: Names },
  ): Promise<void> {
    const access = accessOf(context.route);
    if (access === 'anyone') {
      this.refusePages(request);
      if (context.route !== undefined) checkParams(params as Readonly<Record<string, string>>);
      return;
    }
    const caller = await this.identify(request);
    context.identity = caller;
    checkParams(params as Readonly<Record<string, string>>);
    if (isNamedLater(access)) return;
    await this.#deps.authorizer.authorize(caller, access, { ...(fromQuery(access) ? query : {}), ...params });
  }

  /**
   * Looks again once the body is there: it may name the target, and while it came the token may have been
   * revoked or another app have got the name.
   * @throws RigError as {@link RequestGuard.admit}
   */
  async admitBody(
    context: RequestContext,
    { params, body }: { params: Names; body: unknown },
  ): Promise<void> {
    const access = accessOf(context.route);
    if (access === 'anyone' || context.identity === undefined) return;
    const caller = await this.#deps.authenticator.renew(context.identity);
    context.identity = caller;
    const named = isNamedLater(access) && typeof body === 'object' && body !== null ? (body as Names) : {};
    await this.#deps.authorizer.authorize(caller, access, { ...named, ...params });
  }

  /** Looks again whether somebody is who they were. @throws RigError as {@link Authenticator.renew} */
  async renew(context: RequestContext): Promise<void> {
    if (context.identity === undefined) return;
    context.identity = await this.#deps.authenticator.renew(context.identity);
  }

  /** @throws RigError `not_permitted` for a browser, `not_authenticated` and its kin, `too_many_failures` */
  async identify(request: IncomingMessage): Promise<Caller> {
    this.refusePages(request);
    const { authorization } = request.headers;
    const page = pageCredentialsOf(request, this.#deps.sources.isSecure(request));
    if (page !== undefined) requireOwnPage(request);
    try {
      return await this.#authenticate(authorization, page);
    } catch (error) {
      const isGuess = isRigError(error) && error.code === 'not_authenticated';
      if (isGuess && (authorization ?? page) !== undefined) this.#countFailure(request, error);
      throw error;
    }
  }

  async #authenticate(authorization: string | undefined, page: PageCredentials | undefined): Promise<Caller> {
    const { authenticator } = this.#deps;
    if (page === undefined) return authenticator.authenticate(authorization);
    if (authorization === undefined) return authenticator.authenticatePage(page);
    throw new RigError('invalid_input', 'A request shows a token or the key of a page, not both.');
  }

  /** @throws RigError `not_permitted` for what comes from a page of another origin or host */
  refusePages(request: IncomingMessage): void {
    const { sources } = this.#deps;
    refuseOtherHosts(request, sources);
    refuseOtherOrigins(request, {
      anyHost: sources.isOpen(request),
      publicUrl: sources.publicUrlOf(request),
    });
  }

  #countFailure(request: IncomingMessage, cause: RigError): void {
    const retryAfterSeconds = this.#deps.failures.note(this.#deps.sources.of(request).client);
    if (retryAfterSeconds === undefined) return;
    throw new RigError('too_many_failures', 'Too many wrong tokens came from this address.', {
      cause,
      details: { retryAfterSeconds },
    });
  }
}

const fromQuery = (access: Access): boolean => typeof access === 'object' && access.from === 'query';

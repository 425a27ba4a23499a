import type { IncomingMessage } from 'node:http';
import { isRigError } from '@rig-ops/contract/errors';
import type { Identity } from '@rig-ops/contract/resources';
import { routes } from '@rig-ops/contract/routes';
import type { Authenticator } from './authenticator.ts';
import type { FailureDelay } from './failure-delay.ts';
import { refuseBrowsers } from './refuse-browsers.ts';
import type { RequestContext } from './request-context.ts';
import type { RequestSources } from './request-source.ts';

export interface RequestGuardDeps {
  readonly authenticator: Authenticator;
  readonly sources: RequestSources;
  readonly failures: FailureDelay;
}

/** Decides who gets in, before anything of a request but its head is read. */
export class RequestGuard {
  readonly #deps: RequestGuardDeps;

  constructor(deps: RequestGuardDeps) {
    this.#deps = deps;
  }

  /**
   * Admits a request to its route and notes whose it is.
   * @throws RigError `not_permitted` for a browser, `not_authenticated`
   */
  async admit(request: IncomingMessage, context: RequestContext): Promise<void> {
    if (context.route === undefined || routes[context.route].auth === 'none') {
      this.#refuseBrowsers(request);
      return;
    }
    context.identity = await this.identify(request, context.signal);
  }

  /** @throws RigError `not_permitted` for a browser, `not_authenticated` */
  async identify(request: IncomingMessage, signal: AbortSignal): Promise<Identity> {
    this.#refuseBrowsers(request);
    try {
      return await this.#deps.authenticator.authenticate(request.headers.authorization);
    } catch (error) {
      if (isRigError(error) && request.headers.authorization !== undefined) {
        await this.#deps.failures.wait(signal);
      }
      throw error;
    }
  }

  #refuseBrowsers(request: IncomingMessage): void {
    // A browser cannot open a unix socket.
    if (!this.#deps.sources.isLocal(request)) refuseBrowsers(request.headers);
  }
}

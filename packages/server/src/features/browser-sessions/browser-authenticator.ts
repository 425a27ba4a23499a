import { RigError } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Authenticator } from '../../http/authenticator.ts';
import type { PageCredentials } from '../../http/page-side.ts';
import type { Logger } from '../../logger.ts';
import type { Caller } from '../access/caller.ts';
import type { BrowserSessionRecord, BrowserSessionStore } from './browser-session-store.ts';
import { isLive } from './session-life.ts';
import { hashHalf, isSameHash, looksLikeSecret } from './session-secret.ts';

/** A use is noted when the last note is older. */
const NOTE_USE_AFTER_MS = 60_000;

export interface BrowserAuthenticatorDeps {
  readonly sessions: Pick<BrowserSessionStore, 'findByKey' | 'get' | 'noteUse'>;
  /** Knows whose token a session was begun with. */
  readonly tokens: Authenticator;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Knows users by their browsers beside their tokens. A browser shows two secrets: a cookie, which apps on other
 * ports of the host get to see, and a key, which only pages of the platform's own origin can read. The stores
 * are asked each time, so that a session that was ended, like one whose token was, is refused at once.
 */
export class BrowserAuthenticator implements Authenticator {
  readonly #deps: BrowserAuthenticatorDeps;
  /** Sessions whose use is being written. */
  readonly #noting = new Set<string>();

  constructor(deps: BrowserAuthenticatorDeps) {
    this.#deps = deps;
  }

  async authenticate(authorization: string | undefined): Promise<Caller> {
    return this.#deps.tokens.authenticate(authorization);
  }

  /** @throws RigError `not_authenticated`, `browser_session_ended`; as {@link Authenticator.renew} */
  async authenticatePage({ key, cookies, port }: PageCredentials): Promise<Caller> {
    const found = looksLikeSecret(key) ? await this.#deps.sessions.findByKey(hashHalf(key, port)) : undefined;
    // What is told does not depend on which half is wrong.
    const hasCookie = cookies.some(
      (cookie) => found !== undefined && isSameHash(hashHalf(cookie, port), found.cookieHash),
    );
    if (found === undefined || !hasCookie) {
      throw new RigError('not_authenticated', 'The platform does not know this session of a browser.', {
        hint: 'Run `rig status dashboard --web` to log the browser in.',
      });
    }
    return this.#admit(found.session);
  }

  async renew(caller: Parameters<Authenticator['renew']>[0]): Promise<Caller> {
    if (caller.browser === undefined) return this.#deps.tokens.renew(caller);
    const session = await this.#deps.sessions.get(caller.browser.id);
    if (session === undefined) throw ended();
    return this.#admit(session);
  }

  async #admit(session: BrowserSessionRecord): Promise<Caller> {
    if (!isLive(session, this.#deps.clock.now().getTime())) throw ended();
    const caller = await this.#deps.tokens.renew({ token: { id: session.tokenId } });
    if (caller.userId !== session.userId) throw ended();
    this.#noteUse(session);
    return { ...caller, browser: { id: session.id } };
  }

  /** Nobody waits for it, and a request does not fail for it. */
  #noteUse({ id, lastUsedAt }: BrowserSessionRecord): void {
    const { clock, log, sessions } = this.#deps;
    if (clock.now().getTime() - Date.parse(lastUsedAt) < NOTE_USE_AFTER_MS || this.#noting.has(id)) return;
    this.#noting.add(id);
    sessions
      .noteUse(id, timestampOf(clock))
      .catch((error: unknown) => log.warn('The use of a browser could not be noted', { browser: id, error }))
      .finally(() => this.#noting.delete(id));
  }
}

const ended = (): RigError => new RigError('browser_session_ended', 'The session of the browser has ended.');

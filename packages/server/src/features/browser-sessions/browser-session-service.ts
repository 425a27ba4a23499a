import { RigError } from '@rig-ops/contract/errors';
import type { BrowserSession, NewBrowserSession } from '@rig-ops/contract/resources';
import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { AccessChanges } from '../access/access-changes.ts';
import type { Caller } from '../access/caller.ts';
import type { UserRecord } from '../access/user-store.ts';
import type { BrowserSessionRecord, BrowserSessionStore } from './browser-session-store.ts';
import { isLive, SESSION_MS } from './session-life.ts';
import { hashHalf, makeSecret } from './session-secret.ts';

/** Of one user; one more ends the one that was not used for longest. */
const MOST_SESSIONS = 30;
/** So long an ended session is told from one that never was. */
const REMEMBERED_MS = 30 * 24 * 60 * 60 * 1000;

export interface BrowserSessionServiceDeps {
  readonly sessions: BrowserSessionStore;
  readonly changes: AccessChanges;
  /** Which token is in the folder of the platform, as a digest. */
  readonly ownerDigest: string;
  readonly clock: Clock;
}

/** Begins, lists and ends the sessions of browsers. */
export class BrowserSessionService {
  readonly #deps: BrowserSessionServiceDeps;

  constructor(deps: BrowserSessionServiceDeps) {
    this.#deps = deps;
  }

  /** Both secrets are told this once. */
  async begin(
    caller: Caller,
    { browser, client, port }: { browser: string; client: string; port: number },
  ): Promise<NewBrowserSession & { cookie: string }> {
    const { clock, ownerDigest, sessions } = this.#deps;
    const now = clock.now().getTime();
    await sessions.purge(new Date(now - REMEMBERED_MS).toISOString());
    const live = await this.#liveOf(caller.userId);
    for (const { id } of live.slice(MOST_SESSIONS - 1)) await this.end(id, caller.userId);
    const [pageKey, cookie] = [makeSecret(), makeSecret()];
    const at = timestampOf(clock);
    const session: BrowserSessionRecord = {
      id: newId('brs'),
      userId: caller.userId,
      tokenId: caller.token.id,
      browser,
      client,
      createdAt: at,
      lastUsedAt: at,
      expiresAt: new Date(now + SESSION_MS).toISOString(),
      endedAt: null,
    };
    const hashes = { key: hashHalf(pageKey, port), cookie: hashHalf(cookie, port) };
    await sessions.create(session, hashes, caller.token.id === null ? ownerDigest : null);
    return { pageKey, cookie, session: toBrowserSession(session, caller.user) };
  }

  async list(user: Pick<UserRecord, 'id' | 'name'>): Promise<BrowserSession[]> {
    const live = await this.#liveOf(user.id);
    return live.map((session) => toBrowserSession(session, user.name));
  }

  /**
   * Ends one of a user. Doing it again does nothing.
   * @throws RigError `browser_session_not_found`
   */
  async endOf(user: Pick<UserRecord, 'id' | 'name'>, id: string): Promise<void> {
    const session = await this.#deps.sessions.get(id);
    if (session?.userId !== user.id) {
      throw new RigError('browser_session_not_found', `${user.name} has no session ${id} of a browser.`);
    }
    await this.end(id, user.id);
  }

  /** @returns how many there were */
  async endAll(user: Pick<UserRecord, 'id'>): Promise<number> {
    const live = await this.#liveOf(user.id);
    for (const { id } of live) await this.end(id, user.id);
    return live.length;
  }

  async end(id: string, userId: string): Promise<void> {
    const { changes, clock, sessions } = this.#deps;
    // What is open with it is looked at again, and ends.
    if (await sessions.end(id, timestampOf(clock))) changes.tell(userId);
  }

  async #liveOf(userId: string): Promise<BrowserSessionRecord[]> {
    const now = this.#deps.clock.now().getTime();
    const sessions = await this.#deps.sessions.listOf(userId);
    return sessions.filter((session) => isLive(session, now));
  }
}

function toBrowserSession(session: BrowserSessionRecord, user: string): BrowserSession {
  const { id, tokenId, browser, client, createdAt, lastUsedAt, expiresAt } = session;
  return { id, user, token: tokenId, browser, client, createdAt, lastUsedAt, expiresAt };
}

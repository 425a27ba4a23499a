import { RigError } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../../clock.ts';
import type { FailureLimiter } from '../../http/failure-limiter.ts';
import { newId } from '../../ids.ts';
import type { Caller } from '../access/caller.ts';
import type { TokenIssuer } from '../access/token-issuer.ts';
import type { UserStore } from '../access/user-store.ts';
import { hashDeviceCode, hashUserCode, makeDeviceCode, makeUserCode } from './login-codes.ts';
import type { LoginRecord, LoginStore } from './login-store.ts';

const VALID_MS = 10 * 60 * 1000;
/** So long an expired login is told from one that never was. */
const REMEMBERED_MS = 60 * 60 * 1000;
const INTERVAL_S = 2;
/** What polling too fast adds to the interval (RFC 8628, 3.5). */
const SLOWER_S = 5;
/** Anybody may ask; these bound what strangers can fill the table with. */
const MAX_PENDING = 200;
const MAX_PENDING_OF_CLIENT = 20;
const MAX_NAME_LENGTH = 80;
export const TOKEN_VALID_MS = 90 * 24 * 60 * 60 * 1000;

export interface LoginServiceDeps {
  readonly logins: LoginStore;
  readonly users: UserStore;
  readonly issuer: TokenIssuer;
  /** Counts wrong codes by where they come from. */
  readonly wrongCodes: FailureLimiter;
  readonly clock: Clock;
}

export interface RequestedLogin {
  readonly deviceCode: string;
  readonly userCode: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly interval: number;
}

export type PollAnswer =
  | { readonly state: 'pending' | 'slow_down' | 'denied' | 'expired' | 'unknown' }
  | { readonly state: 'issued'; readonly secret: string; readonly user: string; readonly tokenId: string };

/** Logins by the device authorization grant (RFC 8628): asked for by anybody, approved by a user, redeemed once. */
export class LoginService {
  readonly #deps: LoginServiceDeps;

  constructor(deps: LoginServiceDeps) {
    this.#deps = deps;
  }

  /** @throws RigError `login_attempts_exceeded` */
  async request({ deviceName, client }: { deviceName: string; client: string }): Promise<RequestedLogin> {
    const { clock, logins } = this.#deps;
    const now = clock.now().getTime();
    await logins.purge(new Date(now - REMEMBERED_MS).toISOString());
    const { all, ofClient } = await logins.countPending(timestampOf(clock), client);
    if (all >= MAX_PENDING || ofClient >= MAX_PENDING_OF_CLIENT) {
      throw new RigError('login_attempts_exceeded', 'Too many logins wait for approval already.');
    }
    const deviceCode = makeDeviceCode();
    const login: LoginRecord = {
      id: newId('login'),
      deviceName: tidyName(deviceName),
      client,
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + VALID_MS).toISOString(),
      status: 'pending',
      userId: null,
      intervalS: INTERVAL_S,
      polledAt: null,
    };
    for (;;) {
      const userCode = makeUserCode();
      const hashes = { device: hashDeviceCode(deviceCode), code: hashUserCode(userCode) };
      if (!(await logins.create(login, hashes))) continue;
      return { deviceCode, userCode, expiresIn: VALID_MS / 1000, interval: INTERVAL_S };
    }
  }

  /**
   * The pending login of a user code. Wrong codes are counted by where they come from.
   * @throws RigError `login_code_unknown`, `login_attempts_exceeded`
   */
  async find(code: string, client: string): Promise<LoginRecord> {
    const { clock, logins, wrongCodes } = this.#deps;
    const login = await logins.findByCode(hashUserCode(code));
    if (login?.status === 'pending' && !isOver(login, clock)) return login;
    const retryAfterSeconds = wrongCodes.note(client);
    if (retryAfterSeconds === undefined) throw unknownCode();
    throw new RigError('login_attempts_exceeded', 'Too many wrong codes came from this address.', {
      details: { retryAfterSeconds },
    });
  }

  /**
   * Lets the machine that asked log in as the caller, or refuses it.
   * @throws RigError `not_permitted` for a service account, `login_code_unknown`, `login_attempts_exceeded`
   */
  async decide(
    status: 'approved' | 'denied',
    { code, caller, client }: { code: string; caller: Caller; client: string },
  ): Promise<LoginRecord> {
    const login = await this.find(code, client);
    await this.decideOn(login, status, caller);
    return login;
  }

  /** @throws RigError `not_permitted` for a service account, `login_code_unknown` when it is decided or over */
  async decideOn(login: LoginRecord, status: 'approved' | 'denied', caller: Caller): Promise<void> {
    const { clock, logins } = this.#deps;
    if (caller.kind === 'service' && status === 'approved') {
      throw new RigError('not_permitted', 'A service account cannot approve a login: people log in.', {
        hint: 'Approve it as a user, or give the other machine a token: `rig tokens create`.',
      });
    }
    if (isOver(login, clock) || !(await logins.decide(login.id, { status, userId: caller.userId }))) {
      throw unknownCode();
    }
  }

  /** What the machine that asked is told. A token is issued here, to the first who asks after the approval. */
  async poll(deviceCode: string): Promise<PollAnswer> {
    const { clock, logins } = this.#deps;
    const login = await logins.findByDevice(hashDeviceCode(deviceCode));
    if (login === undefined || login.status === 'redeemed') return { state: 'unknown' };
    if (login.status === 'denied') return { state: 'denied' };
    if (isOver(login, clock)) return { state: 'expired' };
    const now = clock.now().getTime();
    const { polledAt, intervalS } = login;
    const tooFast = polledAt !== null && now - Date.parse(polledAt) < intervalS * 1000 - TIMER_SLACK_MS;
    const next = tooFast ? intervalS + SLOWER_S : intervalS;
    await logins.notePoll(login.id, { at: timestampOf(clock), intervalS: next });
    if (tooFast) return { state: 'slow_down' };
    return login.status === 'approved' ? this.#issue(login) : { state: 'pending' };
  }

  async #issue(login: LoginRecord): Promise<PollAnswer> {
    const { clock, issuer, logins, users } = this.#deps;
    // Before the token is made: of two who ask at once, one gets it.
    if (!(await logins.redeem(login.id))) return { state: 'unknown' };
    const user = await users.getById(login.userId ?? '');
    if (user === undefined || user.disabledAt !== null) return { state: 'denied' };
    const { secret, token } = await issuer.issue({
      userId: user.id,
      name: `rig login on ${login.deviceName}`,
      expiresAt: new Date(clock.now().getTime() + TOKEN_VALID_MS).toISOString(),
      createdBy: user.name,
    });
    return { state: 'issued', secret, user: user.name, tokenId: token.id };
  }
}

/** A client that keeps the interval to the letter is sometimes early by a timer's rounding. */
const TIMER_SLACK_MS = 250;

const isOver = ({ expiresAt }: LoginRecord, clock: Clock): boolean =>
  Date.parse(expiresAt) <= clock.now().getTime();

const unknownCode = (): RigError => new RigError('login_code_unknown', 'No login waits under that code.');

/** What a stranger claims to be called is shown to people. */
function tidyName(name: string): string {
  const visible = name
    .replaceAll(/[^\p{L}\p{N}\p{P}\p{Zs}]/gu, '')
    .trim()
    .slice(0, MAX_NAME_LENGTH);
  return visible === '' ? 'a machine without a name' : visible;
}

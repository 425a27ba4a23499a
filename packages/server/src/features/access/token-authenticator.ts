import { createHash, timingSafeEqual } from 'node:crypto';
import { RigError } from '@rig-ops/contract/errors';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Authenticator } from '../../http/authenticator.ts';
import type { Logger } from '../../logger.ts';
import type { BindingStore } from './binding-store.ts';
import type { Caller } from './caller.ts';
import { holds } from './holds.ts';
import type { TokenRecord, TokenStore } from './token-store.ts';
import { hashToken, looksLikeToken } from './token-secret.ts';
import type { UserRecord, UserStore } from './user-store.ts';

/** A use is noted when the last note is older. */
const NOTE_USE_AFTER_MS = 60_000;

export interface TokenAuthenticatorDeps {
  readonly users: UserStore;
  readonly tokens: TokenStore;
  readonly bindings: BindingStore;
  readonly owner: {
    /** Id of the user whom the platform belongs to. */
    readonly userId: string;
    /** The token in the folder of the platform. */
    readonly token: string;
  };
  /** Whether apps are isolated from one another and from rigd. */
  readonly capabilities: { readonly isolated: boolean };
  readonly clock: Clock;
  readonly log: Logger;
}

const digestOf = (token: string) => createHash('sha256').update(token).digest();

/** Knows users by their tokens. Asks the stores each time, so that what was revoked is refused at once. */
export class TokenAuthenticator implements Authenticator {
  readonly #deps: TokenAuthenticatorDeps;
  readonly #ownerDigest: Buffer;
  /** Tokens whose use is being written. */
  readonly #noting = new Set<string>();

  constructor(deps: TokenAuthenticatorDeps) {
    this.#deps = deps;
    this.#ownerDigest = digestOf(deps.owner.token);
  }

  async authenticate(authorization: string | undefined): Promise<Caller> {
    if (authorization === undefined) {
      throw new RigError('not_authenticated', 'The request carries no token.');
    }
    const secret = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1];
    if (secret === undefined) throw unknownToken();
    // Digests have one length, which timingSafeEqual needs and which tells nothing about the token's.
    if (timingSafeEqual(digestOf(secret), this.#ownerDigest)) return this.#owner();
    // The index is searched for a hash, which a guess cannot steer: what its timing tells is of no use.
    const token = looksLikeToken(secret) ? await this.#deps.tokens.findByHash(hashToken(secret)) : undefined;
    if (token === undefined) throw unknownToken();
    return this.#admit(token);
  }

  async renew({ token: { id } }: { readonly token: Pick<Caller['token'], 'id'> }): Promise<Caller> {
    if (id === null) return this.#owner();
    const token = await this.#deps.tokens.get(id);
    if (token === undefined) throw unknownToken();
    return this.#admit(token);
  }

  async #owner(): Promise<Caller> {
    const { owner, users } = this.#deps;
    const user = await users.getById(owner.userId);
    if (user === undefined) throw new Error('The owner of the platform is not among its users');
    return this.#callerOf(user, { id: null, name: 'owner', expiresAt: null });
  }

  async #admit(token: TokenRecord): Promise<Caller> {
    const { clock, users } = this.#deps;
    if (token.revokedAt !== null) {
      throw new RigError('token_revoked', `The token "${token.name}" was revoked at ${token.revokedAt}.`);
    }
    if (token.expiresAt !== null && Date.parse(token.expiresAt) <= clock.now().getTime()) {
      throw new RigError('token_expired', `The token "${token.name}" expired at ${token.expiresAt}.`);
    }
    const user = await users.getById(token.userId);
    if (user === undefined) throw unknownToken();
    if (user.disabledAt !== null) throw new RigError('user_disabled', `The user ${user.name} is disabled.`);
    this.#noteUse(token);
    return this.#callerOf(user, token);
  }

  async #callerOf(user: UserRecord, { id, name, expiresAt }: Caller['token']): Promise<Caller> {
    const { bindings, capabilities, owner } = this.#deps;
    const grants = await bindings.listOf(user.id);
    return {
      userId: user.id,
      user: user.name,
      kind: user.kind,
      owner: user.id === owner.userId,
      grants: grants.filter((binding) => holds(binding, capabilities.isolated)),
      token: { id, name, expiresAt },
    };
  }

  /** Nobody waits for it, and a request does not fail for it. */
  #noteUse({ id, lastUsedAt }: TokenRecord): void {
    const { clock, log, tokens } = this.#deps;
    const now = clock.now().getTime();
    if (lastUsedAt !== null && now - Date.parse(lastUsedAt) < NOTE_USE_AFTER_MS) return;
    if (this.#noting.has(id)) return;
    this.#noting.add(id);
    tokens
      .noteUse(id, timestampOf(clock))
      .catch((error: unknown) => log.warn('The use of a token could not be noted', { token: id, error }))
      .finally(() => this.#noting.delete(id));
  }
}

const unknownToken = () => new RigError('not_authenticated', 'The platform does not know this token.');

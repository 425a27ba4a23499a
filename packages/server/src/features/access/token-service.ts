import { RigError } from '@rig-ops/contract/errors';
import type { NewToken, Token } from '@rig-ops/contract/resources';
import type { Clock } from '../../clock.ts';
import type { TokenIssuer } from './token-issuer.ts';
import type { TokenRecord, TokenStore } from './token-store.ts';
import type { UserRecord } from './user-store.ts';

/** More than a person or a pipeline needs; what goes on without end stops here. */
const MOST_TOKENS = 200;

export interface TokenServiceDeps {
  readonly tokens: TokenStore;
  readonly issuer: TokenIssuer;
  readonly clock: Clock;
}

/** Makes, lists and revokes the tokens of users. */
export class TokenService {
  readonly #deps: TokenServiceDeps;

  constructor(deps: TokenServiceDeps) {
    this.#deps = deps;
  }

  async list(user: UserRecord): Promise<Token[]> {
    const tokens = await this.#deps.tokens.listOf(user.id);
    return tokens.map((token) => this.#toToken(token, user.name));
  }

  /** @throws RigError `invalid_input` when the user has a great many tokens */
  async create(
    user: UserRecord,
    { name, expiresInSeconds }: { name: string; expiresInSeconds: number | null },
    createdBy: string,
  ): Promise<NewToken> {
    const { clock, issuer } = this.#deps;
    const active = (await this.list(user)).filter(({ status }) => status === 'active');
    if (active.length >= MOST_TOKENS) {
      throw new RigError(
        'invalid_input',
        `${user.name} has ${MOST_TOKENS} tokens, which is the most there can be.`,
        {
          hint: 'Revoke those that nobody uses: `rig tokens list`.',
        },
      );
    }
    const expiresAt =
      expiresInSeconds === null
        ? null
        : new Date(clock.now().getTime() + expiresInSeconds * 1_000).toISOString();
    const { secret, token } = await issuer.issue({ userId: user.id, name, expiresAt, createdBy });
    return { token: secret, ...this.#toToken(token, user.name) };
  }

  /** Revoking it again does nothing. */
  async revoke(id: string): Promise<void> {
    await this.#deps.issuer.revoke(id);
  }

  #toToken(record: TokenRecord, user: string): Token {
    const { id, name, hint, createdAt, createdBy, expiresAt, lastUsedAt, revokedAt } = record;
    const status = this.#statusOf(record);
    return { id, user, name, hint, status, createdAt, createdBy, expiresAt, lastUsedAt, revokedAt };
  }

  #statusOf({ expiresAt, revokedAt }: TokenRecord): Token['status'] {
    if (revokedAt !== null) return 'revoked';
    const now = this.#deps.clock.now().getTime();
    return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'active';
  }
}

import { type Clock, timestampOf } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { AccessChanges } from './access-changes.ts';
import { hashToken, hintOf, makeTokenSecret } from './token-secret.ts';
import type { TokenRecord, TokenStore } from './token-store.ts';

/** So long it can still be told that a token has expired or was revoked; then it is unknown. */
const REMEMBERED_MS = 90 * 24 * 60 * 60 * 1000;

export interface TokenOrder {
  readonly userId: string;
  /** What it is for. */
  readonly name: string;
  /** RFC 3339; null for a token that does not end. */
  readonly expiresAt: string | null;
  /** Name of the user who asked for it. */
  readonly createdBy: string;
}

export interface TokenIssuerDeps {
  readonly tokens: TokenStore;
  readonly changes: AccessChanges;
  readonly clock: Clock;
}

/** Makes tokens and takes them back. */
export class TokenIssuer {
  readonly #deps: TokenIssuerDeps;

  constructor(deps: TokenIssuerDeps) {
    this.#deps = deps;
  }

  /** @returns the token itself, which is kept nowhere, and what is kept of it */
  async issue({
    userId,
    name,
    expiresAt,
    createdBy,
  }: TokenOrder): Promise<{ secret: string; token: TokenRecord }> {
    const { clock, tokens } = this.#deps;
    const secret = makeTokenSecret();
    const token: TokenRecord = {
      id: newId('tok'),
      userId,
      name,
      hint: hintOf(secret),
      createdAt: timestampOf(clock),
      createdBy,
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
    };
    await tokens.purge(new Date(clock.now().getTime() - REMEMBERED_MS).toISOString());
    await tokens.create(token, hashToken(secret));
    return { secret, token };
  }

  /** Refuses the token from now on and ends what is open with it. False when it was revoked already. */
  async revoke(id: string): Promise<boolean> {
    const { changes, clock, tokens } = this.#deps;
    const token = await tokens.get(id);
    const revoked = token !== undefined && (await tokens.revoke(id, timestampOf(clock)));
    if (revoked) changes.tell(token.userId);
    return revoked;
  }
}

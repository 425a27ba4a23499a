export interface TokenRecord {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  /** What a token begins with; no part of it that matters. */
  readonly hint: string;
  /** RFC 3339, as the other times. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** Keeps tokens by their hash; a token itself is never given to a store. */
export interface TokenStore {
  /** @throws RigError `user_not_found` when its user is not there */
  create(token: TokenRecord, hash: string): Promise<void>;
  findByHash(hash: string): Promise<TokenRecord | undefined>;
  get(id: string): Promise<TokenRecord | undefined>;
  /** Newest first. */
  listOf(userId: string): Promise<TokenRecord[]>;
  /** When each of the users last used a token; users that never did are left out. */
  lastUsed(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** False when it was revoked already, or is not there; so one of two at once gets true. */
  revoke(id: string, at: string): Promise<boolean>;
  noteUse(id: string, at: string): Promise<void>;
  /** Forgets tokens that were revoked or expired before a time (RFC 3339). */
  purge(before: string): Promise<void>;
}

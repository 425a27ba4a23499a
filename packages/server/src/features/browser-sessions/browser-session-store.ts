/** One browser that logged in; times are RFC 3339. */
export interface BrowserSessionRecord {
  readonly id: string;
  readonly userId: string;
  /** The token it was begun with; null for that in the folder of the platform. */
  readonly tokenId: string | null;
  readonly browser: string;
  readonly client: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  /** When it ends at the latest. */
  readonly expiresAt: string;
  readonly endedAt: string | null;
}

/** SHA-256 of both halves, in hex. */
export interface SessionHashes {
  readonly key: string;
  readonly cookie: string;
}

/** Browsers that are logged in, or were. */
export interface BrowserSessionStore {
  /**
   * @param ownerDigest which token in the folder of the platform it was begun with
   * @throws RigError `user_not_found` when the user is gone meanwhile
   */
  create(session: BrowserSessionRecord, hashes: SessionHashes, ownerDigest: string | null): Promise<void>;
  findByKey(hash: string): Promise<{ session: BrowserSessionRecord; cookieHash: string } | undefined>;
  get(id: string): Promise<BrowserSessionRecord | undefined>;
  /** Those of a user that were not ended, latest use first. */
  listOf(userId: string): Promise<BrowserSessionRecord[]>;
  noteUse(id: string, at: string): Promise<void>;
  /** @returns whether it was not ended before */
  end(id: string, at: string): Promise<boolean>;
  /** Ends those that were begun with another token in the folder of the platform than this. */
  endOfOtherOwners(ownerDigest: string, at: string): Promise<void>;
  /** Forgets what was over before. */
  purge(before: string): Promise<void>;
}

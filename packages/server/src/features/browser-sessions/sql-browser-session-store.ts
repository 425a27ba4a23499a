import { RigError } from '@rig-ops/contract/errors';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import { isDangling } from '../../store/store-error.ts';
import type { BrowserSessionRecord, BrowserSessionStore, SessionHashes } from './browser-session-store.ts';
import type { BrowserSessionTable } from './browser-session-table.ts';

const toRecord = (row: Selectable<BrowserSessionTable>): BrowserSessionRecord => ({
  id: row.id,
  userId: row.user_id,
  tokenId: row.token_id,
  browser: row.browser,
  client: row.client,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  endedAt: row.ended_at,
});

export class SqlBrowserSessionStore implements BrowserSessionStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async create(
    session: BrowserSessionRecord,
    hashes: SessionHashes,
    ownerDigest: string | null,
  ): Promise<void> {
    const row = {
      id: session.id,
      user_id: session.userId,
      token_id: session.tokenId,
      owner_digest: ownerDigest,
      key_hash: hashes.key,
      cookie_hash: hashes.cookie,
      browser: session.browser,
      client: session.client,
      created_at: session.createdAt,
      last_used_at: session.lastUsedAt,
      expires_at: session.expiresAt,
      ended_at: session.endedAt,
    };
    try {
      await this.#db.insertInto('browser_sessions').values(row).execute();
    } catch (error) {
      if (!isDangling(error)) throw error;
      throw new RigError('user_not_found', 'The user has been removed meanwhile.', { cause: error });
    }
  }

  async findByKey(hash: string): Promise<{ session: BrowserSessionRecord; cookieHash: string } | undefined> {
    const row = await this.#db
      .selectFrom('browser_sessions')
      .selectAll()
      .where('key_hash', '=', hash)
      .executeTakeFirst();
    return row && { session: toRecord(row), cookieHash: row.cookie_hash };
  }

  async get(id: string): Promise<BrowserSessionRecord | undefined> {
    const row = await this.#db
      .selectFrom('browser_sessions')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row && toRecord(row);
  }

  async listOf(userId: string): Promise<BrowserSessionRecord[]> {
    const rows = await this.#db
      .selectFrom('browser_sessions')
      .selectAll()
      .where('user_id', '=', userId)
      .where('ended_at', 'is', null)
      .orderBy('last_used_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(toRecord);
  }

  async noteUse(id: string, at: string): Promise<void> {
    await this.#db.updateTable('browser_sessions').set({ last_used_at: at }).where('id', '=', id).execute();
  }

  async end(id: string, at: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('browser_sessions')
      .set({ ended_at: at })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async endOfOtherOwners(ownerDigest: string, at: string): Promise<void> {
    await this.#db
      .updateTable('browser_sessions')
      .set({ ended_at: at })
      .where('ended_at', 'is', null)
      .where('owner_digest', 'is not', null)
      .where('owner_digest', '!=', ownerDigest)
      .execute();
  }

  async purge(before: string): Promise<void> {
    await this.#db
      .deleteFrom('browser_sessions')
      .where((eb) => eb.or([eb('ended_at', '<', before), eb('expires_at', '<', before)]))
      .execute();
  }
}

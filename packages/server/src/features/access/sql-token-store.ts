import { RigError } from '@rig-ops/contract/errors';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import { isDangling } from '../../store/store-error.ts';
import type { TokenTable } from './access-tables.ts';
import type { TokenRecord, TokenStore } from './token-store.ts';

const toRecord = (row: Selectable<TokenTable>): TokenRecord => ({
  id: row.id,
  userId: row.user_id,
  name: row.name,
  hint: row.hint,
  createdAt: row.created_at,
  createdBy: row.created_by,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  revokedAt: row.revoked_at,
});

export class SqlTokenStore implements TokenStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async create(token: TokenRecord, hash: string): Promise<void> {
    const row = {
      id: token.id,
      user_id: token.userId,
      name: token.name,
      hash,
      hint: token.hint,
      created_at: token.createdAt,
      created_by: token.createdBy,
      expires_at: token.expiresAt,
      last_used_at: token.lastUsedAt,
      revoked_at: token.revokedAt,
    };
    try {
      await this.#db.insertInto('tokens').values(row).execute();
    } catch (error) {
      if (!isDangling(error)) throw error;
      throw new RigError('user_not_found', 'The user has been removed meanwhile.', { cause: error });
    }
  }

  async findByHash(hash: string): Promise<TokenRecord | undefined> {
    const row = await this.#db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
    return row && toRecord(row);
  }

  async get(id: string): Promise<TokenRecord | undefined> {
    const row = await this.#db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toRecord(row);
  }

  async listOf(userId: string): Promise<TokenRecord[]> {
    const rows = await this.#db
      .selectFrom('tokens')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(toRecord);
  }

  async lastUsed(userIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (userIds.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('tokens')
      .select((eb) => ['user_id', eb.fn.max('last_used_at').as('at')])
      .where('user_id', 'in', userIds)
      .where('last_used_at', 'is not', null)
      .groupBy('user_id')
      .execute();
    return new Map(rows.flatMap(({ user_id, at }) => (at === null ? [] : [[user_id, at] as const])));
  }

  async revoke(id: string, at: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('tokens')
      .set({ revoked_at: at })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async noteUse(id: string, at: string): Promise<void> {
    await this.#db.updateTable('tokens').set({ last_used_at: at }).where('id', '=', id).execute();
  }

  async purge(before: string): Promise<void> {
    await this.#db
      .deleteFrom('tokens')
      .where((eb) => eb.or([eb('revoked_at', '<', before), eb('expires_at', '<', before)]))
      .execute();
  }
}

import { RigError } from '@rig-ops/contract/errors';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../store/page.ts';
import { isDuplicate } from '../../store/store-error.ts';
import type { UserTable } from './access-tables.ts';
import type { UserRecord, UserStore } from './user-store.ts';

const toRecord = (row: Selectable<UserTable>): UserRecord => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  createdAt: row.created_at,
  createdBy: row.created_by,
  disabledAt: row.disabled_at,
});

export class SqlUserStore implements UserStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async create({ id, name, kind, createdAt, createdBy, disabledAt }: UserRecord): Promise<void> {
    try {
      await this.#db
        .insertInto('users')
        .values({ id, name, kind, created_at: createdAt, created_by: createdBy, disabled_at: disabledAt })
        .execute();
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw new RigError('user_exists', `There is a user named ${name} already.`, { cause: error });
    }
  }

  async get(name: string): Promise<UserRecord | undefined> {
    const row = await this.#db.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst();
    return row && toRecord(row);
  }

  async getById(id: string): Promise<UserRecord | undefined> {
    const row = await this.#db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toRecord(row);
  }

  async list(query: PageQuery): Promise<Page<UserRecord>> {
    const limit = limitOf(query);
    let select = this.#db
      .selectFrom('users')
      .selectAll()
      .orderBy('name')
      .limit(limit + 1);
    if (query.cursor !== undefined) select = select.where('name', '>', decodeCursor(query.cursor, 'string'));
    const rows = await select.execute();
    return pageOf(rows.map(toRecord), limit, ({ name }) => name);
  }

  async setDisabled(id: string, at: string | null): Promise<void> {
    await this.#db.updateTable('users').set({ disabled_at: at }).where('id', '=', id).execute();
  }

  async remove(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom('users').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

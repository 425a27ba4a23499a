import { RigError } from '@rig-ops/contract/errors';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../store/page.ts';
import { isDuplicate } from '../../store/store-error.ts';
import type { Reach } from '../access/decide.ts';
import type { AppRecord, AppStore } from './app-store.ts';
import type { AppTable } from './app-table.ts';

const toRecord = (row: Selectable<AppTable>): AppRecord => ({
  id: row.id,
  name: row.name,
  network: row.network,
  createdAt: row.created_at,
});

export class SqlAppStore implements AppStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async create(app: AppRecord): Promise<void> {
    try {
      await this.#db.transaction().execute(async (transaction) => {
        // With the app at once, so that nobody removes its network in between.
        const network = await transaction
          .selectFrom('networks')
          .select('name')
          .where('name', '=', app.network)
          .executeTakeFirst();
        if (network === undefined)
          throw new RigError('network_not_found', `There is no network named ${app.network}.`);
        await transaction
          .insertInto('apps')
          .values({
            id: app.id,
            name: app.name,
            network: app.network,
            created_at: app.createdAt,
            destroying_at: null,
          })
          .execute();
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw new RigError('app_exists', `There is an app named ${app.name} already.`, { cause: error });
    }
  }

  async get(name: string): Promise<AppRecord | undefined> {
    const row = await this.#living().where('name', '=', name).executeTakeFirst();
    return row && toRecord(row);
  }

  async getById(id: string): Promise<AppRecord | undefined> {
    const row = await this.#living().where('id', '=', id).executeTakeFirst();
    return row && toRecord(row);
  }

  async list(query: PageQuery, reach: Reach = { everywhere: true }): Promise<Page<AppRecord>> {
    const limit = limitOf(query);
    let select = this.#living()
      .orderBy('name')
      .limit(limit + 1);
    if (query.cursor !== undefined) select = select.where('name', '>', decodeCursor(query.cursor, 'string'));
    if (!reach.everywhere) {
      select = select.where((eb) =>
        eb.or([eb('network', 'in', [...reach.networks]), eb('id', 'in', [...reach.apps])]),
      );
    }
    const rows = await select.execute();
    return pageOf(rows.map(toRecord), limit, ({ name }) => name);
  }

  async markDestroying(id: string, at: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('apps')
      .set({ destroying_at: at })
      .where('id', '=', id)
      .where('destroying_at', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async listDestroying(): Promise<AppRecord[]> {
    const rows = await this.#db
      .selectFrom('apps')
      .selectAll()
      .where('destroying_at', 'is not', null)
      .execute();
    return rows.map(toRecord);
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('apps').where('id', '=', id).execute();
  }

  #living() {
    return this.#db.selectFrom('apps').selectAll().where('destroying_at', 'is', null);
  }
}

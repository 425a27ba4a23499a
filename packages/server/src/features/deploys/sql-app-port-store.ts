import type { Kysely } from 'kysely';
import type { Database } from '../../store/database.ts';
import { isDuplicate } from '../../store/store-error.ts';
import type { AppPortStore } from './app-port-store.ts';

export class SqlAppPortStore implements AppPortStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async get(appId: string): Promise<number | null> {
    const row = await this.#db
      .selectFrom('app_ports')
      .select('port')
      .where('app_id', '=', appId)
      .executeTakeFirst();
    return row?.port ?? null;
  }

  async all(): Promise<Map<string, number>> {
    const rows = await this.#db.selectFrom('app_ports').selectAll().execute();
    return new Map(rows.map((row) => [row.app_id, row.port]));
  }

  async assign(appId: string, port: number): Promise<boolean> {
    try {
      await this.#db
        .insertInto('app_ports')
        .values({ app_id: appId, port })
        .onConflict((conflict) => conflict.column('app_id').doUpdateSet({ port }))
        .execute();
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }
}

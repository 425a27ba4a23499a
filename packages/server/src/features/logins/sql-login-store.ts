import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import type { LoginRecord, LoginStore } from './login-store.ts';
import type { LoginTable } from './login-table.ts';

const toRecord = (row: Selectable<LoginTable>): LoginRecord => ({
  id: row.id,
  deviceName: row.device_name,
  client: row.client,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  status: row.status,
  userId: row.user_id,
  intervalS: row.interval_s,
  polledAt: row.polled_at,
});

export class SqlLoginStore implements LoginStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async create(login: LoginRecord, { device, code }: { device: string; code: string }): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('logins')
      .values({
        id: login.id,
        device_hash: device,
        code_hash: code,
        device_name: login.deviceName,
        client: login.client,
        created_at: login.createdAt,
        expires_at: login.expiresAt,
        interval_s: login.intervalS,
        polled_at: login.polledAt,
        status: login.status,
        user_id: login.userId,
      })
      .onConflict((conflict) => conflict.column('code_hash').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  }

  async findByCode(hash: string): Promise<LoginRecord | undefined> {
    return this.#find('code_hash', hash);
  }

  async findByDevice(hash: string): Promise<LoginRecord | undefined> {
    return this.#find('device_hash', hash);
  }

  async countPending(at: string, client: string): Promise<{ all: number; ofClient: number }> {
    return await this.#db
      .selectFrom('logins')
      .where('status', '=', 'pending')
      .where('expires_at', '>', at)
      .select(({ fn }) => [
        fn.countAll<number>().as('all'),
        fn.countAll<number>().filterWhere('client', '=', client).as('ofClient'),
      ])
      .executeTakeFirstOrThrow();
  }

  async decide(
    id: string,
    { status, userId }: { status: 'approved' | 'denied'; userId: string },
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('logins')
      .set({ status, user_id: userId })
      .where('id', '=', id)
      .where('status', '=', 'pending')
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async redeem(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('logins')
      .set({ status: 'redeemed' })
      .where('id', '=', id)
      .where('status', '=', 'approved')
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async notePoll(id: string, { at, intervalS }: { at: string; intervalS: number }): Promise<void> {
    await this.#db
      .updateTable('logins')
      .set({ polled_at: at, interval_s: intervalS })
      .where('id', '=', id)
      .execute();
  }

  async purge(before: string): Promise<void> {
    await this.#db.deleteFrom('logins').where('expires_at', '<', before).execute();
  }

  async #find(column: 'code_hash' | 'device_hash', hash: string): Promise<LoginRecord | undefined> {
    const row = await this.#db.selectFrom('logins').selectAll().where(column, '=', hash).executeTakeFirst();
    return row && toRecord(row);
  }
}

import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import type { DeployLockRecord, DeployLockStore } from './deploy-lock-store.ts';
import type { DeployLockTable } from './deploy-tables.ts';

const toRecord = ({ app_id, ...rest }: Selectable<DeployLockTable>): DeployLockRecord => ({
  appId: app_id,
  ...rest,
});

/** The lock of an app, unless its time is over. */
export async function selectLock(
  db: Kysely<Database>,
  appId: string,
  at: string,
): Promise<DeployLockRecord | null> {
  const row = await db
    .selectFrom('deploy_locks')
    .selectAll()
    .where('app_id', '=', appId)
    .where((is) => is.or([is('until', 'is', null), is('until', '>', at)]))
    .executeTakeFirst();
  return row === undefined ? null : toRecord(row);
}

export class SqlDeployLockStore implements DeployLockStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  get(appId: string, at: string): Promise<DeployLockRecord | null> {
    return selectLock(this.#db, appId, at);
  }

  async all(at: string): Promise<DeployLockRecord[]> {
    const rows = await this.#db
      .selectFrom('deploy_locks')
      .selectAll()
      .where((is) => is.or([is('until', 'is', null), is('until', '>', at)]))
      .orderBy('app_id')
      .execute();
    return rows.map(toRecord);
  }

  async take(lock: DeployLockRecord): Promise<DeployLockRecord> {
    return this.#db.transaction().execute(async (transaction) => {
      const held = await selectLock(transaction, lock.appId, lock.since);
      if (held !== null && held.owner !== lock.owner) return held;
      const { appId, ...values } = { ...lock, since: held?.since ?? lock.since };
      await transaction
        .insertInto('deploy_locks')
        .values({ app_id: appId, ...values })
        .onConflict((conflict) => conflict.column('app_id').doUpdateSet(values))
        .execute();
      return { appId, ...values };
    });
  }

  async release(appId: string, owner: string): Promise<void> {
    await this.#db
      .deleteFrom('deploy_locks')
      .where('app_id', '=', appId)
      .where('owner', '=', owner)
      .execute();
  }
}

import { RigError } from '@rig-ops/contract/errors';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/database.ts';
import type { ConfigSet, ConfigStore, SealedVariable } from './config-store.ts';

type Handle = Pick<Kysely<Database>, 'selectFrom' | 'insertInto'>;

export class SqlConfigStore implements ConfigStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async get(id: string): Promise<ConfigSet | null> {
    const row = await this.#db.selectFrom('config_sets').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) return null;
    return {
      id: row.id,
      appId: row.app_id,
      parentId: row.parent_id,
      variables: JSON.parse(row.variables) as SealedVariable[],
      createdBy: row.created_by,
      createdAt: row.created_at,
    };
  }

  head(appId: string): Promise<string | null> {
    return headOf(this.#db, appId);
  }

  add(set: ConfigSet): Promise<void> {
    return insert(this.#db, set);
  }

  advance(set: ConfigSet, appName: string): Promise<boolean> {
    return this.#db.transaction().execute(async (transaction) => {
      if ((await headOf(transaction, set.appId)) !== set.parentId) return false;
      const running = await transaction
        .selectFrom('deploys')
        .select('id')
        .where('app_id', '=', set.appId)
        .where('status', '=', 'running')
        .executeTakeFirst();
      if (running !== undefined)
        throw new RigError('deploy_in_progress', `${appName} is being deployed already.`, {
          details: { deploy: running.id },
        });
      await insert(transaction, set);
      await putHead(transaction, set.appId, set.id);
      return true;
    });
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('config_sets').where('id', '=', id).execute();
  }

  setHead(appId: string, id: string | null): Promise<void> {
    return putHead(this.#db, appId, id);
  }
}

/** Id of the set of variables that an app has; null for none. */
export async function headOf(db: Handle, appId: string): Promise<string | null> {
  const row = await db
    .selectFrom('app_configs')
    .select('config_id')
    .where('app_id', '=', appId)
    .executeTakeFirst();
  return row?.config_id ?? null;
}

async function insert(db: Handle, set: ConfigSet): Promise<void> {
  await db
    .insertInto('config_sets')
    .values({
      id: set.id,
      app_id: set.appId,
      parent_id: set.parentId,
      variables: JSON.stringify(set.variables),
      created_by: set.createdBy,
      created_at: set.createdAt,
    })
    .execute();
}

async function putHead(db: Handle, appId: string, id: string | null): Promise<void> {
  await db
    .insertInto('app_configs')
    .values({ app_id: appId, config_id: id })
    .onConflict((conflict) => conflict.column('app_id').doUpdateSet({ config_id: id }))
    .execute();
}

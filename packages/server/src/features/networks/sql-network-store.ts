import { RigError } from '@rig-ops/contract/errors';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import { isDuplicate } from '../../store/store-error.ts';
import type { NetworkRecord, NetworkStore } from './network-store.ts';
import type { NetworkTable } from './network-table.ts';

const toRecord = (row: Selectable<NetworkTable>): NetworkRecord => ({
  name: row.name,
  createdAt: row.created_at,
  createdBy: row.created_by,
  engine: row.engine,
  follows: row.follows === 1,
  cluster: row.cluster,
});

const NAMES_TOLD = 5;

export class SqlNetworkStore implements NetworkStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async create({ name, createdAt, createdBy, engine, follows, cluster }: NetworkRecord): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      if (await isLeft(transaction, name))
        throw new RigError(
          'network_being_removed',
          `What is left of the network ${name}, which was destroyed, is still being removed.`,
          { hint: `\`rig status\` tells what is in the way; \`rig networks destroy ${name}\` tries it now.` },
        );
      try {
        await transaction
          .insertInto('networks')
          .values({
            name,
            created_at: createdAt,
            created_by: createdBy,
            engine,
            follows: follows ? 1 : 0,
            cluster,
          })
          .execute();
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        throw new RigError('network_exists', `There is a network named ${name} already.`, { cause: error });
      }
      // One that was granted while the last of this name was being removed belongs to that one.
      await transaction.deleteFrom('bindings').where('network', '=', name).execute();
      await transaction.deleteFrom('log_drains').where('target', '=', `network/${name}`).execute();
    });
  }

  async get(name: string): Promise<NetworkRecord | undefined> {
    const row = await this.#db.selectFrom('networks').selectAll().where('name', '=', name).executeTakeFirst();
    return row && toRecord(row);
  }

  isLeft(name: string): Promise<boolean> {
    return isLeft(this.#db, name);
  }

  async list(): Promise<NetworkRecord[]> {
    return (await this.#db.selectFrom('networks').selectAll().orderBy('name').execute()).map(toRecord);
  }

  follow(engine: string): Promise<void> {
    return this.#db.transaction().execute(async (transaction) => {
      const apps = await transaction
        .selectFrom('apps')
        .innerJoin('networks', 'networks.name', 'apps.network')
        .select(['apps.name', 'networks.engine', 'apps.network'])
        .where('networks.follows', '=', 1)
        .where('networks.engine', '!=', engine)
        .orderBy('apps.name')
        .execute();
      const [first] = apps;
      if (first !== undefined) throw inUse(engine, first.engine, apps);
      await transaction.updateTable('networks').set({ engine }).where('follows', '=', 1).execute();
    });
  }

  remove(name: string): Promise<string[]> {
    return this.#db.transaction().execute(async (transaction) => {
      const apps = await transaction
        .selectFrom('apps')
        .select('name')
        .where('network', '=', name)
        .orderBy('name')
        .execute();
      if (apps.length > 0) {
        const names = apps.map((app) => app.name);
        throw new RigError('network_not_empty', `There are still apps in ${name}: ${tellSome(names)}.`, {
          details: { network: name, apps: names.slice(0, 100) },
        });
      }
      const removed = await transaction
        .deleteFrom('networks')
        .where('name', '=', name)
        .returning(['engine', 'cluster'])
        .executeTakeFirst();
      if (removed === undefined)
        throw new RigError('network_not_found', `There is no network named ${name}.`);
      const { cluster, engine } = removed;
      await transaction
        .insertInto('network_removals')
        .values({ name, engine, cluster, created_at: new Date().toISOString() })
        .execute();
      const bound = await transaction
        .deleteFrom('bindings')
        .where('network', '=', name)
        .returning('user_id')
        .execute();
      await transaction.deleteFrom('log_drains').where('target', '=', `network/${name}`).execute();
      return [...new Set(bound.map((row) => row.user_id))];
    });
  }
}

async function isLeft(db: Kysely<Database>, name: string): Promise<boolean> {
  const query = db.selectFrom('network_removals').select('name').where('name', '=', name);
  return (await query.executeTakeFirst()) !== undefined;
}

const tellSome = (names: readonly string[]): string => {
  const more = names.length > NAMES_TOLD ? `, and ${names.length - NAMES_TOLD} more` : '';
  return `${names.slice(0, NAMES_TOLD).join(', ')}${more}`;
};

function inUse(wanted: string, used: string, apps: readonly { name: string; network: string }[]): RigError {
  const names = apps.map(({ name }) => name);
  return new RigError(
    'engine_in_use',
    `There are apps that were made for the engine ${used}, and would not run on ${wanted}: ${tellSome(names)}.`,
    {
      hint: `Start it with \`--engine ${used}\` and give new apps a network of their own: \`rig networks create NAME --engine ${wanted}\`. Or destroy them first.`,
      details: { engine: used, apps: names.slice(0, 100) },
    },
  );
}

import type { Kysely } from 'kysely';
import type { Database } from '../../store/database.ts';
import type { RuntimePlan } from '../releases/release-store.ts';

/** Columns of `app_scales`: instances of processes that somebody asked for. */
export interface AppScaleTable {
  app_id: string;
  process: string;
  instances: number;
}

/** Keeps how many instances apps are to have, over their releases. */
export class SqlScaleStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** By process; those that nobody asked about are left out. */
  async of(appId: string): Promise<Map<string, number>> {
    const rows = await this.#db.selectFrom('app_scales').selectAll().where('app_id', '=', appId).execute();
    return new Map(rows.map(({ process, instances }) => [process, instances]));
  }

  /** Sets those of `counts`, together with those of the live release of `version`; others stay. */
  async set(appId: string, counts: ReadonlyMap<string, number>, version: number | null): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      for (const [process, instances] of counts) {
        await transaction
          .insertInto('app_scales')
          .values({ app_id: appId, process, instances })
          .onConflict((conflict) => conflict.columns(['app_id', 'process']).doUpdateSet({ instances }))
          .execute();
      }
      if (version === null) return;
      const row = await transaction
        .selectFrom('releases')
        .select('runtime')
        .where('app_id', '=', appId)
        .where('version', '=', version)
        .executeTakeFirst();
      if (row === undefined) return;
      const runtime = withCounts(JSON.parse(row.runtime) as RuntimePlan, counts);
      await transaction
        .updateTable('releases')
        .set({ runtime: JSON.stringify(runtime) })
        .where('app_id', '=', appId)
        .where('version', '=', version)
        .execute();
    });
  }
}

/** A plan with other numbers of instances. How many there are is no part of what a release is. */
export function withCounts(runtime: RuntimePlan, counts: ReadonlyMap<string, number>): RuntimePlan {
  return {
    ...runtime,
    processes: runtime.processes.map((process) => ({
      ...process,
      instances: counts.get(process.name) ?? process.instances,
    })),
  };
}

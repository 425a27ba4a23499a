import { RigError } from '@rig-ops/contract/errors';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import { isDangling, isDuplicate } from '../../store/store-error.ts';
import type { LogDrainStore, LogPositions, StoredLogDrain } from './log-drain-store.ts';
import type { LogDrainTable } from './log-drain-tables.ts';

const toDrain = (row: Selectable<LogDrainTable>): StoredLogDrain => ({
  name: row.name,
  target: row.target,
  url: row.url,
  headers: JSON.parse(row.headers) as Record<string, string>,
  ca: row.ca ?? undefined,
  allowPrivate: row.allow_private === 1,
  createdAt: row.created_at,
});

export class SqlLogDrainStore implements LogDrainStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async list(): Promise<{ drain: StoredLogDrain; positions: LogPositions }[]> {
    const rows = await this.#db.selectFrom('log_drains').selectAll().orderBy('name').execute();
    const positions = await this.#db.selectFrom('log_drain_positions').selectAll().execute();
    return rows.map((row) => ({
      drain: toDrain(row),
      positions: Object.fromEntries(
        positions.filter(({ drain }) => drain === row.name).map(({ log, position }) => [log, position]),
      ),
    }));
  }

  async add(drain: StoredLogDrain, positions: LogPositions): Promise<void> {
    try {
      await this.#db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('log_drains')
          .values({
            name: drain.name,
            target: drain.target,
            url: drain.url,
            headers: JSON.stringify(drain.headers),
            ca: drain.ca ?? null,
            allow_private: drain.allowPrivate ? 1 : 0,
            created_at: drain.createdAt,
          })
          .execute();
        for (const [log, position] of Object.entries(positions)) {
          await transaction
            .insertInto('log_drain_positions')
            .values({ drain: drain.name, log, position })
            .execute();
        }
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw new RigError('drain_exists', `There is a drain ${drain.name} already.`);
    }
  }

  async savePosition(drain: string, log: string, position: string): Promise<void> {
    try {
      await this.#db
        .insertInto('log_drain_positions')
        .values({ drain, log, position })
        .onConflict((conflict) => conflict.columns(['drain', 'log']).doUpdateSet({ position }))
        .execute();
    } catch (error) {
      // The drain was removed meanwhile.
      if (!isDangling(error)) throw error;
    }
  }

  async forget(drain: string, log: string): Promise<void> {
    await this.#db
      .deleteFrom('log_drain_positions')
      .where('drain', '=', drain)
      .where('log', '=', log)
      .execute();
  }

  async remove(name: string): Promise<void> {
    await this.#db.deleteFrom('log_drains').where('name', '=', name).execute();
  }
}

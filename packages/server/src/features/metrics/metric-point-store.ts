import type { Kysely } from 'kysely';
import type { Database } from '../../store/database.ts';

/** Everything of one step, in the order of the names in the contract; null for what was not measured. */
export interface StoredPoint {
  platform: (number | null)[];
  /** By id of the app. */
  apps: Record<string, (number | null)[]>;
}

/** Points that outlive rigd. */
export interface MetricPointStore {
  add(step: number, at: number, point: StoredPoint): Promise<void>;
  /** The first `limit` from a step on, oldest first. */
  since(step: number, from: number, limit: number): Promise<{ at: number; point: StoredPoint }[]>;
  /** Removes those before a step. */
  removeBefore(step: number, at: number): Promise<void>;
}

export class SqlMetricPointStore implements MetricPointStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async add(step: number, at: number, point: StoredPoint): Promise<void> {
    const text = JSON.stringify(point);
    // A clock that was set back tells a step twice: the later one holds.
    await this.#db
      .insertInto('metric_points')
      .values({ step, at, point: text })
      .onConflict((conflict) => conflict.columns(['step', 'at']).doUpdateSet({ point: text }))
      .execute();
  }

  async since(step: number, from: number, limit: number): Promise<{ at: number; point: StoredPoint }[]> {
    const rows = await this.#db
      .selectFrom('metric_points')
      .select(['at', 'point'])
      .where('step', '=', step)
      .where('at', '>=', from)
      .orderBy('at')
      .limit(limit)
      .execute();
    return rows.map(({ at, point }) => ({ at, point: JSON.parse(point) as StoredPoint }));
  }

  async removeBefore(step: number, at: number): Promise<void> {
    await this.#db.deleteFrom('metric_points').where('step', '=', step).where('at', '<', at).execute();
  }
}

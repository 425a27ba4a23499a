import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../store/database.ts';
import type { InstanceRecord, InstanceStore, NewInstance } from './instance-store.ts';
import type { InstanceTable } from './instance-table.ts';

const toRecord = (row: Selectable<InstanceTable>): InstanceRecord => ({
  id: row.id,
  appId: row.app_id,
  release: row.release_version,
  process: row.process,
  ordinal: row.ordinal,
  turn: row.turn,
  port: row.port,
  host: row.host,
  desired: row.desired,
  health: row.health,
  restarts: row.restarts,
  createdAt: row.created_at,
  keepUntil: row.keep_until,
});

export class SqlInstanceStore implements InstanceStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async create(instances: NewInstance[]): Promise<void> {
    if (instances.length === 0) return;
    await this.#db
      .insertInto('instances')
      .values(
        instances.map((instance) => ({
          id: instance.id,
          app_id: instance.appId,
          release_version: instance.release,
          process: instance.process,
          ordinal: instance.ordinal,
          turn: instance.turn ?? 1,
          port: instance.port,
          host: null,
          desired: 'run' as const,
          health: 'unknown' as const,
          restarts: 0,
          keep_until: null,
          created_at: instance.createdAt,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['app_id', 'release_version', 'process', 'ordinal', 'turn']).doNothing(),
      )
      .execute();
  }

  async list(): Promise<InstanceRecord[]> {
    return (await this.#inOrder().execute()).map(toRecord);
  }

  async ofApp(appId: string): Promise<InstanceRecord[]> {
    return (await this.#inOrder().where('app_id', '=', appId).execute()).map(toRecord);
  }

  async setHealth(id: string, health: InstanceRecord['health'], host: string | null): Promise<void> {
    await this.#db.updateTable('instances').set({ health, host }).where('id', '=', id).execute();
  }

  async replace(id: string, next: { id: string; port: number | null; countRestart: boolean }): Promise<void> {
    await this.#db
      .updateTable('instances')
      .set(({ eb }) => ({
        id: next.id,
        port: next.port,
        host: null,
        health: 'unknown' as const,
        restarts: eb('restarts', '+', next.countRestart ? 1 : 0),
      }))
      .where('id', '=', id)
      .execute();
  }

  async setDesired(appId: string, release: number, desired: InstanceRecord['desired']): Promise<void> {
    await this.#db
      .updateTable('instances')
      .set({ desired })
      .where('app_id', '=', appId)
      .where('release_version', '=', release)
      .execute();
  }

  async setDesiredOf(ids: readonly string[], desired: InstanceRecord['desired']): Promise<void> {
    if (ids.length === 0) return;
    await this.#db.updateTable('instances').set({ desired }).where('id', 'in', ids).execute();
  }

  async adopt(ids: readonly string[], release: number): Promise<void> {
    if (ids.length === 0) return;
    await this.#db
      .updateTable('instances')
      .set({ release_version: release, desired: 'run', keep_until: null })
      .where('id', 'in', ids)
      .execute();
  }

  async drainOthers(appId: string, release: number, keepUntil: string | null = null): Promise<void> {
    await this.#db
      .updateTable('instances')
      .set({ desired: 'drain', keep_until: keepUntil })
      .where('app_id', '=', appId)
      .where('release_version', '!=', release)
      .where('desired', '=', 'run')
      .execute();
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('instances').where('id', '=', id).execute();
  }

  #inOrder() {
    return this.#db
      .selectFrom('instances')
      .selectAll()
      .orderBy('app_id')
      .orderBy('release_version')
      .orderBy('process')
      .orderBy('ordinal')
      .orderBy('turn');
  }
}

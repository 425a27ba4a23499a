import type { Source } from '@rig-ops/contract/resources';
import type { ReleaseRollout } from '@rig-ops/contract/resources';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../../store/database.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../store/page.ts';
import type { NewRelease, ReleaseRecord, ReleaseStore, RuntimePlan } from './release-store.ts';
import type { ReleaseTable } from './release-table.ts';

const toRecord = (row: Selectable<ReleaseTable>): ReleaseRecord => ({
  appId: row.app_id,
  version: row.version,
  deployId: row.deploy_id,
  status: row.status,
  buildId: row.build_id,
  bundleId: row.bundle_id,
  detector: row.detector,
  configId: row.config_id,
  runtime: JSON.parse(row.runtime) as RuntimePlan,
  rollbackOf: row.rollback_of,
  message: row.message,
  source: row.source === null ? null : (JSON.parse(row.source) as Source),
  createdBy: row.created_by,
  createdAt: row.created_at,
  liveAt: row.live_at,
  failure: row.failure,
  rollout: row.rollout === null ? null : (JSON.parse(row.rollout) as ReleaseRollout),
});

/** Releases in SQLite. */
export class SqliteReleaseStore implements ReleaseStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async create(release: NewRelease): Promise<ReleaseRecord> {
    return this.#db.transaction().execute(async (transaction) => {
      const made = await transaction
        .selectFrom('releases')
        .selectAll()
        .where('deploy_id', '=', release.deployId)
        .executeTakeFirst();
      if (made !== undefined) return toRecord(made);
      const newest = await transaction
        .selectFrom('releases')
        .select(({ fn }) => fn.max('version').as('version'))
        .where('app_id', '=', release.appId)
        .executeTakeFirst();
      const row = await transaction
        .insertInto('releases')
        .values({
          app_id: release.appId,
          version: (newest?.version ?? 0) + 1,
          deploy_id: release.deployId,
          status: 'pending',
          build_id: release.buildId,
          bundle_id: release.bundleId,
          detector: release.detector,
          config_id: release.configId,
          runtime: JSON.stringify(release.runtime),
          rollback_of: release.rollbackOf,
          message: release.message,
          source: release.source === null ? null : JSON.stringify(release.source),
          created_by: release.createdBy,
          created_at: release.createdAt,
          live_at: null,
          failure: null,
          rollout: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toRecord(row);
    });
  }

  async get(appId: string, version: number): Promise<ReleaseRecord | null> {
    const row = await this.#of(appId).where('version', '=', version).executeTakeFirst();
    return row === undefined ? null : toRecord(row);
  }

  async live(appId: string): Promise<ReleaseRecord | null> {
    const row = await this.#of(appId).where('status', '=', 'live').executeTakeFirst();
    return row === undefined ? null : toRecord(row);
  }

  async allLive(): Promise<ReleaseRecord[]> {
    const rows = await this.#db
      .selectFrom('releases')
      .selectAll()
      .where('status', '=', 'live')
      .orderBy('app_id')
      .execute();
    return rows.map(toRecord);
  }

  async previousLive(appId: string): Promise<ReleaseRecord | null> {
    const row = await this.#of(appId)
      .where('status', '=', 'superseded')
      .orderBy('live_at', 'desc')
      .orderBy('version', 'desc')
      .executeTakeFirst();
    return row === undefined ? null : toRecord(row);
  }

  async makeLive(appId: string, version: number, at: string): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('releases')
        .set({ status: sql`case when failure is null then 'superseded' else 'failed' end` })
        .where('app_id', '=', appId)
        .where('status', '=', 'live')
        .where('version', '!=', version)
        .execute();
      await transaction
        .updateTable('releases')
        .set({ status: 'live', live_at: at })
        .where('app_id', '=', appId)
        .where('version', '=', version)
        .where('status', '=', 'pending')
        .execute();
    });
  }

  async fail(appId: string, version: number, failure: string): Promise<void> {
    await this.#db
      .updateTable('releases')
      .set({ status: 'failed', failure })
      .where('app_id', '=', appId)
      .where('version', '=', version)
      .where('status', '=', 'pending')
      .execute();
  }

  async setFailure(appId: string, version: number, failure: string): Promise<void> {
    await this.#db
      .updateTable('releases')
      .set({ failure })
      .where('app_id', '=', appId)
      .where('version', '=', version)
      .where('failure', 'is', null)
      .execute();
  }

  async setRollout(appId: string, version: number, rollout: ReleaseRollout): Promise<void> {
    await this.#db
      .updateTable('releases')
      .set({ rollout: JSON.stringify(rollout) })
      .where('app_id', '=', appId)
      .where('version', '=', version)
      .execute();
  }

  async page(appId: string, query: PageQuery): Promise<Page<ReleaseRecord>> {
    const limit = limitOf(query);
    let select = this.#of(appId)
      .orderBy('version', 'desc')
      .limit(limit + 1);
    if (query.cursor !== undefined)
      select = select.where('version', '<', decodeCursor(query.cursor, 'number'));
    const rows = await select.execute();
    return pageOf(rows.map(toRecord), limit, ({ version }) => version);
  }

  #of(appId: string) {
    return this.#db.selectFrom('releases').selectAll().where('app_id', '=', appId);
  }
}

import { RigError } from '@rig-ops/contract/errors';
import type { ReleaseRollout, Source } from '@rig-ops/contract/resources';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../../store/database.ts';
import { isPostgres } from '../../store/dialect.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../store/page.ts';
import type { NewRelease, ReleaseRecord, ReleaseStore, RuntimePlan } from './release-store.ts';
import type { ReleaseTable } from './release-table.ts';
import { tagTaken } from './tag-taken.ts';

/** Names of the release of a row, as a JSON array in order. */
const tagsOfRow = (db: Kysely<Database>) => {
  const array = isPostgres(db)
    ? sql`coalesce(json_agg(name order by name), '[]')::text`
    : sql`json_group_array(name order by name)`;
  return sql<string>`(
    select ${array} from release_tags as tag
    where tag.app_id = releases.app_id and tag.version = releases.version
  )`.as('tags');
};

const toRecord = (row: Selectable<ReleaseTable> & { tags: string }): ReleaseRecord => ({
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
  rollbackOnly: row.rollback_only,
  message: row.message,
  source: row.source === null ? null : (JSON.parse(row.source) as Source),
  createdBy: row.created_by,
  createdAt: row.created_at,
  liveAt: row.live_at,
  failure: row.failure,
  rollout: row.rollout === null ? null : (JSON.parse(row.rollout) as ReleaseRollout),
  tags: JSON.parse(row.tags) as string[],
});

export class SqlReleaseStore implements ReleaseStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async create(release: NewRelease): Promise<ReleaseRecord> {
    return this.#db.transaction().execute(async (transaction) => {
      const made = await transaction
        .selectFrom('releases')
        .selectAll()
        .select(tagsOfRow(transaction))
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
          rollback_only: release.rollbackOnly,
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
      return toRecord({ ...row, tags: '[]' });
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
      .select(tagsOfRow(this.#db))
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

  async tag(appId: string, version: number, tag: string, force: boolean): Promise<ReleaseRecord> {
    return this.#db.transaction().execute(async (transaction) => {
      const release = this.#of(appId, transaction).where('version', '=', version);
      const found = await release.executeTakeFirst();
      if (found === undefined) throw new RigError('release_not_found', `There is no v${version}.`);
      const taken = await transaction
        .selectFrom('release_tags')
        .select('version')
        .where('app_id', '=', appId)
        .where('name', '=', tag)
        .executeTakeFirst();
      if (taken !== undefined && taken.version !== version && !force) throw tagTaken(tag, taken.version);
      await transaction
        .insertInto('release_tags')
        .values({ app_id: appId, name: tag, version })
        .onConflict((conflict) => conflict.columns(['app_id', 'name']).doUpdateSet({ version }))
        .execute();
      return toRecord(await release.executeTakeFirstOrThrow());
    });
  }

  async untag(appId: string, tag: string): Promise<ReleaseRecord | null> {
    const row = await this.#db
      .deleteFrom('release_tags')
      .where('app_id', '=', appId)
      .where('name', '=', tag)
      .returning('version')
      .executeTakeFirst();
    return row === undefined ? null : this.get(appId, row.version);
  }

  async byTag(appId: string, tag: string): Promise<ReleaseRecord | null> {
    const row = await this.#of(appId)
      .where('version', '=', (query) =>
        query
          .selectFrom('release_tags')
          .select('version')
          .where('app_id', '=', appId)
          .where('name', '=', tag),
      )
      .executeTakeFirst();
    return row === undefined ? null : toRecord(row);
  }

  async remove(appId: string, versions: readonly number[]): Promise<number[]> {
    if (versions.length === 0) return [];
    const rows = await this.#db
      .deleteFrom('releases')
      .where('app_id', '=', appId)
      .where('version', 'in', versions)
      .where('status', 'in', ['superseded', 'failed'])
      .where(sql<boolean>`not exists (
        select 1 from release_tags as tag where tag.app_id = releases.app_id and tag.version = releases.version
      )`)
      .where(sql<boolean>`not exists (
        select 1 from instances as one where one.app_id = releases.app_id and one.release_version = releases.version
      )`)
      .returning('version')
      .execute();
    return rows.map(({ version }) => version);
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

  #of(appId: string, db: Kysely<Database> = this.#db) {
    return db.selectFrom('releases').selectAll().select(tagsOfRow(db)).where('app_id', '=', appId);
  }
}

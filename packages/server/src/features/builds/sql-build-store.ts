import type { ErrorDocument } from '@rig-ops/contract/errors';
import type { Kysely, Selectable } from 'kysely';
import type { Plan } from '../../detectors/plan.ts';
import type { BuildImage } from '../images/build-image.ts';
import type { Database } from '../../store/database.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../store/page.ts';
import type { BuildRecord, BuildStart, BuildStepRecord, BuildStore, NewBuild } from './build-store.ts';
import type { BuildTable } from './build-table.ts';

/** What plans did not have that were stored by earlier versions. */
const OLDER_PLAN: Pick<Plan, 'root' | 'caches' | 'reuse'> = { root: '.', caches: [], reuse: null };

const toRecord = (row: Selectable<BuildTable>): BuildRecord => ({
  id: row.id,
  appId: row.app_id,
  bundleId: row.bundle_id,
  root: row.root,
  status: row.status,
  plan: row.plan === null ? null : { ...OLDER_PLAN, ...(JSON.parse(row.plan) as Plan) },
  steps: JSON.parse(row.steps) as BuildStepRecord[],
  image: row.image === null ? null : (JSON.parse(row.image) as BuildImage),
  failure: row.failure === null ? null : (JSON.parse(row.failure) as ErrorDocument),
  inputs: row.inputs,
  toolchain: row.toolchain,
  installFromCache: row.install_from_cache === 1,
  createdAt: row.created_at,
  startedAt: row.started_at,
  endedAt: row.ended_at,
});

export class SqlBuildStore implements BuildStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async create(build: NewBuild): Promise<void> {
    await this.#db
      .insertInto('builds')
      .values({
        id: build.id,
        app_id: build.appId,
        bundle_id: build.bundleId,
        root: build.root,
        detector: null,
        status: 'pending',
        plan: null,
        steps: '[]',
        image: null,
        failure: null,
        inputs: build.inputs,
        toolchain: null,
        install_from_cache: 0,
        created_at: build.createdAt,
        started_at: null,
        ended_at: null,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }

  async get(id: string): Promise<BuildRecord | null> {
    const row = await this.#db.selectFrom('builds').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : toRecord(row);
  }

  async start(id: string, start: BuildStart): Promise<void> {
    const { plan, toolchain, installFromCache, at } = start;
    const steps = start.steps.map(
      (name): BuildStepRecord => ({
        name,
        status: 'pending',
        exitCode: null,
        durationMs: null,
      }),
    );
    await this.#db
      .updateTable('builds')
      .set({
        status: 'running',
        detector: plan.detector,
        plan: JSON.stringify(plan),
        steps: JSON.stringify(steps),
        toolchain,
        install_from_cache: installFromCache ? 1 : 0,
        started_at: at,
      })
      .where('id', '=', id)
      .execute();
  }

  async setSteps(id: string, steps: BuildStepRecord[]): Promise<void> {
    await this.#db
      .updateTable('builds')
      .set({ steps: JSON.stringify(steps) })
      .where('id', '=', id)
      .execute();
  }

  async setImage(id: string, image: BuildImage | null): Promise<void> {
    await this.#db
      .updateTable('builds')
      .set({ image: image === null ? null : JSON.stringify(image) })
      .where('id', '=', id)
      .execute();
  }

  async finish(id: string, end: { failure: ErrorDocument | null; endedAt: string }): Promise<void> {
    await this.#db
      .updateTable('builds')
      .set({
        status: end.failure === null ? 'succeeded' : 'failed',
        failure: end.failure === null ? null : JSON.stringify(end.failure),
        ended_at: end.endedAt,
      })
      .where('id', '=', id)
      .execute();
  }

  async page(appId: string, query: PageQuery): Promise<Page<BuildRecord>> {
    const limit = limitOf(query);
    let select = this.#db
      .selectFrom('builds')
      .selectAll()
      .where('app_id', '=', appId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1);
    if (query.cursor !== undefined) {
      const [createdAt = '', id = ''] = decodeCursor(query.cursor, 'string').split(' ');
      select = select.where((build) =>
        build(build.refTuple('created_at', 'id'), '<', build.tuple(createdAt, id)),
      );
    }
    const rows = await select.execute();
    return pageOf(rows.map(toRecord), limit, (build) => `${build.createdAt} ${build.id}`);
  }

  async succeededWith(appId: string, inputs: string): Promise<BuildRecord[]> {
    const rows = await this.#db
      .selectFrom('builds')
      .selectAll()
      .where('app_id', '=', appId)
      .where('inputs', '=', inputs)
      .where('status', '=', 'succeeded')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.map(toRecord);
  }

  async unended(): Promise<BuildRecord[]> {
    const rows = await this.#db.selectFrom('builds').selectAll().where('ended_at', 'is', null).execute();
    return rows.map(toRecord);
  }

  async idsOf(appId: string): Promise<string[]> {
    const rows = await this.#db.selectFrom('builds').select('id').where('app_id', '=', appId).execute();
    return rows.map(({ id }) => id);
  }
}

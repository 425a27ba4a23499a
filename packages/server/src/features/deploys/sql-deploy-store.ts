import { type ErrorDocument, RigError } from '@rig-ops/contract/errors';
import type { Source } from '@rig-ops/contract/resources';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Database } from '../../store/database.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../store/page.ts';
import { isDuplicate } from '../../store/store-error.ts';
import { headOf } from '../config/sql-config-store.ts';
import { NO_ROLLOUT, type RolloutState } from '../rollouts/rollout-state.ts';
import { appLocked, deployInProgress } from './blocked-deploy.ts';
import type {
  BuildStepChange,
  DeployBuildOptions,
  DeployEventRecord,
  DeployRecord,
  DeployStepName,
  DeployStore,
  NewDeploy,
  QueuedDeploy,
} from './deploy-store.ts';
import type { DeployTable } from './deploy-tables.ts';
import {
  addBuildPosition,
  addBuildStep,
  beginDeploy,
  changeRollout,
  enterStep,
  finishDeploy,
  queueDeploy,
  requestCancel,
  type Transition,
} from './deploy-transitions.ts';
import { type ExpectedState, requireExpected } from './require-expected.ts';
import { selectLock } from './sql-deploy-lock-store.ts';

function toBuildColumns(text: string | null): Pick<DeployRecord, 'buildOptions' | 'reusedBuild'> {
  if (text === null) return { buildOptions: null, reusedBuild: false };
  const { reused, rebuild, cache, image } = JSON.parse(text) as Partial<DeployBuildOptions> & {
    reused: boolean;
  };
  const buildOptions =
    rebuild === undefined || cache === undefined
      ? null
      : { rebuild, cache, ...(image !== undefined && { image }) };
  return { buildOptions, reusedBuild: reused };
}

const toRecord = (row: Selectable<DeployTable>): DeployRecord => ({
  id: row.id,
  appId: row.app_id,
  appName: row.app_name,
  kind: row.kind,
  ...toBuildColumns(row.build_options),
  bundleId: row.bundle_id,
  buildId: row.build_id,
  rollbackTo: row.rollback_to,
  rollbackOnly: row.rollback_only,
  configId: row.config_id,
  message: row.message,
  rollout: { ...NO_ROLLOUT, ...(row.rollout === null ? {} : (JSON.parse(row.rollout) as RolloutState)) },
  source: row.source === null ? null : (JSON.parse(row.source) as Source),
  createdBy: row.created_by,
  createdAt: row.created_at,
  status: row.status,
  step: row.step,
  stepStartedAt: row.step_started_at,
  release: row.release_version,
  url: row.url,
  error: row.error === null ? null : (JSON.parse(row.error) as ErrorDocument),
  endedAt: row.ended_at,
});

const toRow = (deploy: DeployRecord): DeployTable => ({
  id: deploy.id,
  app_id: deploy.appId,
  app_name: deploy.appName,
  kind: deploy.kind,
  status: deploy.status === 'queued' ? 'running' : deploy.status,
  step: deploy.step,
  build_options:
    deploy.buildOptions == null && !deploy.reusedBuild
      ? null
      : JSON.stringify({ ...deploy.buildOptions, reused: deploy.reusedBuild }),
  bundle_id: deploy.bundleId,
  build_id: deploy.buildId,
  release_version: deploy.release,
  rollback_to: deploy.rollbackTo,
  rollback_only: deploy.rollbackOnly ?? null,
  config_id: deploy.configId,
  message: deploy.message,
  rollout: JSON.stringify(deploy.rollout),
  source: deploy.source === null ? null : JSON.stringify(deploy.source),
  url: deploy.url,
  error: deploy.error === null ? null : JSON.stringify(deploy.error),
  created_by: deploy.createdBy,
  created_at: deploy.createdAt,
  step_started_at: deploy.stepStartedAt,
  ended_at: deploy.endedAt,
});

async function selectState(db: Kysely<Database>, appId: string): Promise<ExpectedState> {
  const live = await db
    .selectFrom('releases')
    .select('version')
    .where('app_id', '=', appId)
    .where('status', '=', 'live')
    .executeTakeFirst();
  return { release: live?.version ?? null, config: await headOf(db, appId) };
}

export class SqlDeployStore implements DeployStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async create(deploy: NewDeploy, at: string, expected?: ExpectedState): Promise<DeployRecord> {
    const record = beginDeploy(deploy);
    try {
      await this.#db.transaction().execute(async (transaction) => {
        const lock = await selectLock(transaction, deploy.appId, at);
        if (lock !== null && lock.owner !== deploy.createdBy) throw appLocked(deploy.appName, lock, at);
        if (expected !== undefined)
          requireExpected(deploy.appName, await selectState(transaction, deploy.appId), expected);
        await transaction.deleteFrom('deploy_queue').where('id', '=', deploy.id).execute();
        await transaction.insertInto('deploys').values(toRow(record)).execute();
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const running = (await this.running()).find(({ appId }) => appId === deploy.appId) ?? null;
      throw deployInProgress(deploy.appName, running, at);
    }
    return record;
  }

  async enqueue({ deploy, until }: QueuedDeploy): Promise<DeployRecord> {
    await this.#db
      .insertInto('deploy_queue')
      .values({ id: deploy.id, app_id: deploy.appId, deploy: JSON.stringify(deploy), until })
      .execute();
    return queueDeploy(deploy);
  }

  async queued(appId?: string): Promise<QueuedDeploy[]> {
    let select = this.#db.selectFrom('deploy_queue').selectAll().orderBy('seq');
    if (appId !== undefined) select = select.where('app_id', '=', appId);
    const rows = await select.execute();
    return rows.map(({ deploy, until }) => ({ deploy: JSON.parse(deploy) as NewDeploy, until }));
  }

  async refuse(id: string, error: ErrorDocument, at: string): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const row = await transaction
        .deleteFrom('deploy_queue')
        .where('id', '=', id)
        .returning('deploy')
        .executeTakeFirst();
      if (row === undefined) return;
      const begun = { ...beginDeploy(JSON.parse(row.deploy) as NewDeploy), error };
      const { deploy, events } = finishDeploy(begun, { url: null, at });
      await transaction.insertInto('deploys').values(toRow(deploy)).execute();
      await this.#addEvents(transaction, id, events);
    });
  }

  async get(id: string): Promise<DeployRecord | null> {
    const row = await this.#db.selectFrom('deploys').selectAll().where('id', '=', id).executeTakeFirst();
    if (row !== undefined) return toRecord(row);
    const queued = await this.#db
      .selectFrom('deploy_queue')
      .select('deploy')
      .where('id', '=', id)
      .executeTakeFirst();
    return queued === undefined ? null : queueDeploy(JSON.parse(queued.deploy) as NewDeploy);
  }

  async page(appId: string, query: PageQuery): Promise<Page<DeployRecord>> {
    const limit = limitOf(query);
    let select = this.#db
      .selectFrom('deploys')
      .selectAll()
      .where('app_id', '=', appId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1);
    if (query.cursor !== undefined) {
      const [at = '', id = ''] = decodeCursor(query.cursor, 'string').split(' ');
      select = select.where((is) =>
        is.or([is('created_at', '<', at), is.and([is('created_at', '=', at), is('id', '<', id)])]),
      );
    }
    const rows = await select.execute();
    return pageOf(rows.map(toRecord), limit, ({ createdAt, id }) => `${createdAt} ${id}`);
  }

  async running(): Promise<DeployRecord[]> {
    const rows = await this.#db
      .selectFrom('deploys')
      .selectAll()
      .where('status', '=', 'running')
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(toRecord);
  }

  enterStep(id: string, step: DeployStepName, at: string): Promise<DeployRecord> {
    return this.#apply(id, (deploy) => enterStep(deploy, step, at));
  }

  async setBuild(id: string, buildId: string, { reused }: { reused: boolean }): Promise<void> {
    await this.#apply(id, (deploy) => ({ deploy: { ...deploy, buildId, reusedBuild: reused }, events: [] }));
  }

  async setRelease(id: string, version: number): Promise<void> {
    await this.#apply(id, (deploy) => ({ deploy: { ...deploy, release: version }, events: [] }));
  }

  setRollout(
    id: string,
    change: Partial<RolloutState>,
    told?: { message: string; at: string },
  ): Promise<DeployRecord> {
    return this.#apply(id, (deploy) => changeRollout(deploy, change, told));
  }

  async addBuildPosition(id: string, position: number, at: string): Promise<void> {
    await this.#apply(id, (deploy) => addBuildPosition(deploy, position, at));
  }

  requestCancel(id: string, user: string): Promise<DeployRecord> {
    return this.#apply(id, (deploy) => requestCancel(deploy, user));
  }

  async addBuildStep(id: string, change: BuildStepChange, at: string): Promise<void> {
    await this.#apply(id, (deploy) => addBuildStep(deploy, change, at));
  }

  setError(id: string, error: ErrorDocument): Promise<DeployRecord> {
    return this.#apply(id, (deploy) => ({ deploy: { ...deploy, error: deploy.error ?? error }, events: [] }));
  }

  finish(id: string, end: { url: string | null; at: string }): Promise<DeployRecord> {
    return this.#apply(id, (deploy) => finishDeploy(deploy, end));
  }

  failInto(
    id: string,
    { error, at }: { error: ErrorDocument; at: string },
    next: NewDeploy | null,
  ): Promise<DeployRecord | null> {
    return this.#db.transaction().execute(async (transaction) => {
      const row = await transaction.selectFrom('deploys').selectAll().where('id', '=', id).executeTakeFirst();
      if (row?.status !== 'running') return null;
      const before = toRecord(row);
      const { deploy, events } = finishDeploy({ ...before, error: before.error ?? error }, { url: null, at });
      await transaction.updateTable('deploys').set(toRow(deploy)).where('id', '=', id).execute();
      await this.#addEvents(transaction, id, events);
      if (next === null) return null;
      const record = beginDeploy(next);
      await transaction.insertInto('deploys').values(toRow(record)).execute();
      return record;
    });
  }

  async events(id: string, after: number): Promise<DeployEventRecord[]> {
    const rows = await this.#db
      .selectFrom('deploy_events')
      .select('event')
      .where('deploy_id', '=', id)
      .where('seq', '>', after)
      .orderBy('seq')
      .execute();
    return rows.map((row) => JSON.parse(row.event) as DeployEventRecord);
  }

  #apply(id: string, change: (deploy: DeployRecord) => Transition): Promise<DeployRecord> {
    return this.#db.transaction().execute(async (transaction) => {
      const row = await transaction.selectFrom('deploys').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) throw new RigError('deploy_not_found', `There is no deploy ${id}.`);
      const { deploy, events } = change(toRecord(row));
      await transaction.updateTable('deploys').set(toRow(deploy)).where('id', '=', id).execute();
      await this.#addEvents(transaction, id, events);
      return deploy;
    });
  }

  async #addEvents(
    transaction: Transaction<Database>,
    id: string,
    events: DeployEventRecord[],
  ): Promise<void> {
    if (events.length === 0) return;
    const last = await transaction
      .selectFrom('deploy_events')
      .select(({ fn }) => fn.max('seq').as('seq'))
      .where('deploy_id', '=', id)
      .executeTakeFirst();
    const first = (last?.seq ?? 0) + 1;
    await transaction
      .insertInto('deploy_events')
      .values(
        events.map((event, index) => ({ deploy_id: id, seq: first + index, event: JSON.stringify(event) })),
      )
      .execute();
  }
}

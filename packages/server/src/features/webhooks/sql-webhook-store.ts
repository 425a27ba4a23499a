import { RigError } from '@rig-ops/contract/errors';
import type { Kysely, Selectable, Transaction, Updateable } from 'kysely';
import type { Database } from '../../store/database.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../store/page.ts';
import { isDuplicate } from '../../store/store-error.ts';
import {
  type AttemptOutcome,
  type DeliveryState,
  KEPT_ATTEMPTS,
  KEPT_DELIVERIES,
  type ListedDelivery,
  type NewDelivery,
  type StoredAttempt,
  type StoredDelivery,
  type StoredSecret,
  type StoredWebhook,
  type WebhookStanding,
  type WebhookStore,
  type WebhookTarget,
} from './webhook-store.ts';
import type { WebhookAttemptTable, WebhookDeliveryTable, WebhookTable } from './webhook-tables.ts';

type Db = Kysely<Database> | Transaction<Database>;

export class SqlWebhookStore implements WebhookStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async list(): Promise<StoredWebhook[]> {
    const rows = await this.#db.selectFrom('webhooks').selectAll().orderBy('name').execute();
    return rows.map(toWebhook);
  }

  async add(webhook: StoredWebhook): Promise<void> {
    const { id, name } = webhook;
    try {
      await this.#db
        .insertInto('webhooks')
        .values({
          id,
          name,
          ...columnsOf(webhook),
          secrets: JSON.stringify(webhook.secrets),
          state: webhook.state,
          reason: webhook.reason,
          position: webhook.position,
          missed: webhook.missed,
          failures: webhook.failures,
          failing_since: webhook.failingSince,
          last_error: webhook.lastError,
          last_success_at: webhook.lastSuccessAt,
          created_at: webhook.createdAt,
          created_by: webhook.createdBy,
        })
        .execute();
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw new RigError('webhook_exists', `There is a webhook ${name} already.`);
    }
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('webhooks').where('id', '=', id).execute();
  }

  async change(id: string, standing: Partial<WebhookStanding>): Promise<void> {
    await setStanding(this.#db, id, standing);
  }

  async aim(id: string, target: WebhookTarget): Promise<void> {
    await this.#db.updateTable('webhooks').set(columnsOf(target)).where('id', '=', id).execute();
  }

  async takeUp(
    id: string,
    standing: Partial<WebhookStanding>,
    deliveries: readonly NewDelivery[],
  ): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      if (!(await isThere(transaction, id))) return;
      let seq = await lastSeq(transaction, id);
      for (const delivery of deliveries) {
        seq += 1;
        await insertDelivery(transaction, id, { ...delivery, seq, state: 'waiting' });
      }
      await setStanding(transaction, id, standing);
    });
  }

  async addEnded(id: string, delivery: NewDelivery): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      if (!(await isThere(transaction, id))) return;
      const seq = (await lastSeq(transaction, id)) + 1;
      await insertDelivery(transaction, id, { ...delivery, seq, state: 'failed' });
    });
  }

  async nextDue(id: string): Promise<StoredDelivery | undefined> {
    const row = await this.#db
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('webhook_id', '=', id)
      .where('state', '=', 'waiting')
      .orderBy('due_at')
      .orderBy('seq')
      .limit(1)
      .executeTakeFirst();
    return row && toDelivery(row);
  }

  async counts(id: string): Promise<{ waiting: number; failed: number }> {
    const rows = await this.#db
      .selectFrom('webhook_deliveries')
      .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
      .where('webhook_id', '=', id)
      .where('event', 'is not', null)
      .groupBy('state')
      .execute();
    const of = (state: DeliveryState) => rows.find((row) => row.state === state)?.count ?? 0;
    return { waiting: of('waiting'), failed: of('failed') };
  }

  async record(id: string, { delivery, attempt, change, standing }: AttemptOutcome): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const known = await transaction
        .selectFrom('webhook_deliveries')
        .select('id')
        .where('id', '=', delivery)
        .executeTakeFirst();
      if (known === undefined) return;
      const { number } = await transaction
        .selectFrom('webhook_attempts')
        .select((eb) => eb.fn.max('number').as('number'))
        .where('delivery_id', '=', delivery)
        .executeTakeFirstOrThrow();
      const next = (number ?? 0) + 1;
      const { at, cause, durationMs, error, response, status } = attempt;
      await transaction
        .insertInto('webhook_attempts')
        .values({
          delivery_id: delivery,
          number: next,
          at,
          cause,
          duration_ms: durationMs,
          status,
          error,
          response,
        })
        .execute();
      await transaction
        .deleteFrom('webhook_attempts')
        .where('delivery_id', '=', delivery)
        .where('number', '<=', next - KEPT_ATTEMPTS)
        .execute();
      await setDelivery(transaction, delivery, change);
      await setStanding(transaction, id, standing);
      const last = await lastSeq(transaction, id);
      await transaction
        .deleteFrom('webhook_deliveries')
        .where('webhook_id', '=', id)
        .where('state', '!=', 'waiting')
        .where('seq', '<=', last - KEPT_DELIVERIES)
        .execute();
    });
  }

  async delivery(id: string, delivery: string): Promise<ListedDelivery> {
    const row = await this.#db
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('webhook_id', '=', id)
      .where('id', '=', delivery)
      .executeTakeFirst();
    if (row === undefined) throw noDelivery(delivery);
    return (await this.#withLast([row]))[0] as ListedDelivery;
  }

  async attempts(delivery: string): Promise<StoredAttempt[]> {
    const rows = await this.#db
      .selectFrom('webhook_attempts')
      .selectAll()
      .where('delivery_id', '=', delivery)
      .orderBy('number')
      .execute();
    return rows.map(toAttempt);
  }

  async deliveries(id: string, query: PageQuery & { state?: DeliveryState }): Promise<Page<ListedDelivery>> {
    const limit = limitOf(query);
    let select = this.#db
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('webhook_id', '=', id)
      .orderBy('seq', 'desc')
      .limit(limit + 1);
    if (query.state !== undefined) select = select.where('state', '=', query.state);
    if (query.cursor !== undefined) select = select.where('seq', '<', decodeCursor(query.cursor, 'number'));
    const { items, nextCursor } = pageOf(await select.execute(), limit, ({ seq }) => seq);
    return { items: await this.#withLast(items), nextCursor };
  }

  async beginAnew(id: string, at: string): Promise<number> {
    const result = await this.#db
      .updateTable('webhook_deliveries')
      .set({ state: 'waiting', tries: 0, due_at: at, ended_at: null })
      .where('webhook_id', '=', id)
      .where('state', 'in', ['failed', 'waiting'])
      .where('event', 'is not', null)
      .executeTakeFirstOrThrow();
    return Number(result.numUpdatedRows);
  }

  async giveUp(id: string, at: string): Promise<void> {
    await this.#db
      .updateTable('webhook_deliveries')
      .set({ state: 'failed', due_at: null, ended_at: at })
      .where('webhook_id', '=', id)
      .where('state', '=', 'waiting')
      .execute();
  }

  async #withLast(rows: readonly Selectable<WebhookDeliveryTable>[]): Promise<ListedDelivery[]> {
    if (rows.length === 0) return [];
    const attempts = await this.#db
      .selectFrom('webhook_attempts')
      .select(['delivery_id', 'number', 'status', 'duration_ms', 'error'])
      .where(
        'delivery_id',
        'in',
        rows.map(({ id }) => id),
      )
      .orderBy('number')
      .execute();
    const latest = new Map(attempts.map((attempt) => [attempt.delivery_id, attempt]));
    return rows.map((row) => {
      const last = latest.get(row.id);
      return {
        ...toDelivery(row),
        attempts: last?.number ?? 0,
        last:
          last === undefined
            ? null
            : { status: last.status, durationMs: last.duration_ms, error: last.error },
      };
    });
  }
}

const noDelivery = (delivery: string) =>
  new RigError(
    'webhook_delivery_not_found',
    `There is no delivery ${JSON.stringify(delivery.slice(0, 100))}.`,
  );

async function isThere(db: Db, id: string): Promise<boolean> {
  const row = await db.selectFrom('webhooks').select('id').where('id', '=', id).executeTakeFirst();
  return row !== undefined;
}

async function insertDelivery(
  db: Db,
  webhook: string,
  { id, seq, event, type, payload, state, createdAt }: NewDelivery & Pick<StoredDelivery, 'seq' | 'state'>,
): Promise<void> {
  const waits = state === 'waiting';
  await db
    .insertInto('webhook_deliveries')
    .values({
      id,
      seq,
      webhook_id: webhook,
      event,
      type,
      payload,
      state,
      tries: 0,
      due_at: waits ? createdAt : null,
      created_at: createdAt,
      ended_at: waits ? null : createdAt,
    })
    .onConflict((conflict) => conflict.columns(['webhook_id', 'event']).doNothing())
    .execute();
}

async function lastSeq(db: Db, id: string): Promise<number> {
  const { seq } = await db
    .selectFrom('webhook_deliveries')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .where('webhook_id', '=', id)
    .executeTakeFirstOrThrow();
  return seq ?? 0;
}

async function setStanding(db: Db, id: string, standing: Partial<WebhookStanding>): Promise<void> {
  const { secrets, failingSince, lastError, lastSuccessAt, ...same } = standing;
  const set: Updateable<WebhookTable> = {
    ...same,
    ...(secrets === undefined ? {} : { secrets: JSON.stringify(secrets) }),
    ...(failingSince === undefined ? {} : { failing_since: failingSince }),
    ...(lastError === undefined ? {} : { last_error: lastError }),
    ...(lastSuccessAt === undefined ? {} : { last_success_at: lastSuccessAt }),
  };
  if (Object.keys(set).length === 0) return;
  await db.updateTable('webhooks').set(set).where('id', '=', id).execute();
}

async function setDelivery(db: Db, delivery: string, change: AttemptOutcome['change']): Promise<void> {
  const { dueAt, endedAt, ...same } = change;
  const set: Updateable<WebhookDeliveryTable> = {
    ...same,
    ...(dueAt === undefined ? {} : { due_at: dueAt }),
    ...(endedAt === undefined ? {} : { ended_at: endedAt }),
  };
  if (Object.keys(set).length === 0) return;
  await db.updateTable('webhook_deliveries').set(set).where('id', '=', delivery).execute();
}

const columnsOf = (target: WebhookTarget) => ({
  url: target.url,
  events: JSON.stringify(target.events),
  app: target.app,
  network: target.network,
  headers: target.headers,
  header_names: JSON.stringify(target.headerNames),
  ca: target.ca ?? null,
  allow_private: target.allowPrivate ? (1 as const) : (0 as const),
});

const toWebhook = (row: Selectable<WebhookTable>): StoredWebhook => ({
  id: row.id,
  name: row.name,
  url: row.url,
  events: JSON.parse(row.events) as string[],
  app: row.app,
  network: row.network,
  headers: row.headers,
  headerNames: JSON.parse(row.header_names) as string[],
  ca: row.ca ?? undefined,
  allowPrivate: row.allow_private === 1,
  secrets: JSON.parse(row.secrets) as StoredSecret[],
  state: row.state,
  reason: row.reason,
  position: row.position,
  missed: row.missed,
  failures: row.failures,
  failingSince: row.failing_since,
  lastError: row.last_error,
  lastSuccessAt: row.last_success_at,
  createdAt: row.created_at,
  createdBy: row.created_by,
});

const toDelivery = (row: Selectable<WebhookDeliveryTable>): StoredDelivery => ({
  id: row.id,
  seq: row.seq,
  event: row.event,
  type: row.type,
  payload: row.payload,
  state: row.state,
  tries: row.tries,
  dueAt: row.due_at,
  createdAt: row.created_at,
  endedAt: row.ended_at,
});

const toAttempt = (row: Selectable<WebhookAttemptTable>): StoredAttempt => ({
  number: row.number,
  at: row.at,
  cause: row.cause,
  durationMs: row.duration_ms,
  status: row.status,
  error: row.error,
  response: row.response,
});

import type { PlatformEvent } from '@rig-ops/contract/resources';
import type { ExpressionBuilder, Kysely } from 'kysely';
import { ChangeSignal } from '../../change-signal.ts';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Database } from '../../store/database.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../store/page.ts';
import { type EventLog, type EventReach, KEPT_EVENTS } from './event-log.ts';

export class SqlEventLog implements EventLog {
  readonly #db: Kysely<Database>;
  readonly #clock: Clock;
  readonly #changes = new ChangeSignal();

  constructor(db: Kysely<Database>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async append(event: Pick<PlatformEvent, 'app' | 'kind' | 'message'>): Promise<void> {
    const { app, kind, message } = event;
    const { id } = await this.#db
      .insertInto('events')
      .values({ at: timestampOf(this.#clock), app, kind, message })
      .returning('id')
      .executeTakeFirstOrThrow();
    await this.#db
      .deleteFrom('events')
      .where('id', '<=', id - KEPT_EVENTS)
      .execute();
    this.#changes.tell('event');
  }

  async list(query: PageQuery, reach?: EventReach): Promise<Page<PlatformEvent>> {
    const limit = limitOf(query);
    let select = this.#db
      .selectFrom('events')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit + 1);
    if (query.cursor !== undefined) select = select.where('id', '<', decodeCursor(query.cursor, 'number'));
    if (reach !== undefined && !seesAll(reach)) select = select.where((eb) => withinReach(eb, reach));
    const rows = await select.execute();
    const events = rows.map(({ id, at, app, kind, message }) => ({ id, at, app, kind, message }));
    return pageOf(events, limit, ({ id }) => id);
  }

  async behind(id: number, limit: number, reach: EventReach): Promise<PlatformEvent[]> {
    let select = this.#db.selectFrom('events').selectAll().where('id', '>', id).orderBy('id').limit(limit);
    if (!seesAll(reach)) select = select.where((eb) => withinReach(eb, reach));
    const rows = await select.execute();
    return rows.map((row) => ({
      id: row.id,
      at: row.at,
      app: row.app,
      kind: row.kind,
      message: row.message,
    }));
  }

  async range(): Promise<{ oldest: number; newest: number }> {
    const { oldest, newest } = await this.#db
      .selectFrom('events')
      .select((eb) => [eb.fn.min('id').as('oldest'), eb.fn.max('id').as('newest')])
      .executeTakeFirstOrThrow();
    return { oldest: oldest ?? 0, newest: newest ?? 0 };
  }

  async changed(signal: AbortSignal): Promise<void> {
    await this.#changes.next('event', signal);
  }
}

/** Also the events of apps that are gone, of which nothing says where they were. */
const seesAll = ({ apps, platform }: EventReach): boolean => platform && apps.everywhere;

const withinReach = (eb: ExpressionBuilder<Database, 'events'>, { apps, platform }: EventReach) => {
  const app = eb
    .selectFrom('apps')
    .select('apps.id')
    .whereRef('apps.name', '=', 'events.app')
    .whereRef('apps.created_at', '<=', 'events.at');
  const visible = apps.everywhere
    ? app
    : app.where((inner) =>
        inner.or([inner('apps.network', 'in', [...apps.networks]), inner('apps.id', 'in', [...apps.apps])]),
      );
  return eb.or([eb.exists(visible), ...(platform ? [eb('events.app', 'is', null)] : [])]);
};

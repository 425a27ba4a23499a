import type { PlatformEvent } from '@rig-ops/contract/resources';
import type { ExpressionBuilder, Kysely } from 'kysely';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Database } from '../../store/database.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../store/page.ts';
import { type EventLog, type EventReach, KEPT_EVENTS } from './event-log.ts';

export class SqliteEventLog implements EventLog {
  readonly #db: Kysely<Database>;
  readonly #clock: Clock;

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
  }

  async list(query: PageQuery, reach?: EventReach): Promise<Page<PlatformEvent>> {
    const limit = limitOf(query);
    let select = this.#db
      .selectFrom('events')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit + 1);
    if (query.cursor !== undefined) select = select.where('id', '<', decodeCursor(query.cursor, 'number'));
    if (reach !== undefined && !(reach.platform && reach.apps.everywhere)) {
      select = select.where((eb) => withinReach(eb, reach));
    }
    const rows = await select.execute();
    const events = rows.map(({ id, at, app, kind, message }) => ({ id, at, app, kind, message }));
    return pageOf(events, limit, ({ id }) => id);
  }
}

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

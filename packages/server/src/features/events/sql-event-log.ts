import type { PlatformEvent } from '@rig-ops/contract/resources';
import type { ExpressionBuilder, Kysely, Selectable } from 'kysely';
import { ChangeSignal } from '../../change-signal.ts';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Database } from '../../store/database.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../store/page.ts';
import {
  type EventLog,
  type EventReach,
  guardedKinds,
  kindsGuardedBy,
  KEPT_EVENTS,
  type NewEvent,
  type PlaceReach,
} from './event-log.ts';
import type { EventTable } from './event-table.ts';

export class SqlEventLog implements EventLog {
  readonly #db: Kysely<Database>;
  readonly #clock: Clock;
  readonly #changes = new ChangeSignal();

  constructor(db: Kysely<Database>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async append(event: NewEvent): Promise<void> {
    await this.#insert(timestampOf(this.#clock), event, null);
  }

  async appendAudited(seq: number, at: string, event: NewEvent): Promise<void> {
    await this.#insert(at, event, seq);
  }

  async #insert(at: string, event: NewEvent, auditSeq: number | null): Promise<void> {
    const { app, kind, message } = event;
    const network = event.network ?? (app === null ? null : await this.#networkOf(app));
    // Numbers have to appear in their order: who follows asks for what is behind the last one seen.
    const added = await this.#db.transaction().execute(async (transaction) => {
      const row = await transaction
        .insertInto('events')
        .values({
          at,
          app,
          network,
          kind,
          actor: event.user ?? null,
          message,
          details: JSON.stringify(event.details ?? {}),
          audit_seq: auditSeq,
        })
        .onConflict((conflict) => conflict.column('audit_seq').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (row === undefined) return false;
      await transaction
        .deleteFrom('events')
        .where('id', '<=', row.id - KEPT_EVENTS)
        .execute();
      return true;
    });
    if (!added) return;
    this.#changes.tell('event');
  }

  async #networkOf(app: string): Promise<string | null> {
    const row = await this.#db
      .selectFrom('apps')
      .select('network')
      .where('name', '=', app)
      .executeTakeFirst();
    return row?.network ?? null;
  }

  async list(query: PageQuery, reach?: EventReach): Promise<Page<PlatformEvent>> {
    const limit = limitOf(query);
    let select = this.#db
      .selectFrom('events')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit + 1);
    if (query.cursor !== undefined) select = select.where('id', '<', decodeCursor(query.cursor, 'number'));
    if (reach !== undefined) select = select.where((eb) => withinReach(eb, reach));
    const rows = await select.execute();
    return pageOf(rows.map(toEvent), limit, ({ id }) => id);
  }

  async behind(id: number, limit: number, reach: EventReach): Promise<PlatformEvent[]> {
    let select = this.#db.selectFrom('events').selectAll().where('id', '>', id).orderBy('id').limit(limit);
    select = select.where((eb) => withinReach(eb, reach));
    const rows = await select.execute();
    return rows.map(toEvent);
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

const toEvent = (row: Selectable<EventTable>): PlatformEvent => ({
  id: row.id,
  at: row.at,
  app: row.app,
  network: row.network,
  kind: row.kind,
  user: row.actor,
  message: row.message,
  details: JSON.parse(row.details) as Record<string, unknown>,
});

type Events = ExpressionBuilder<Database, 'events'>;

/** Also the events of apps that are gone, of which nothing says where they were. */
const seesAll = ({ apps, platform }: PlaceReach): boolean => platform && apps.everywhere;

const withinReach = (eb: Events, reach: EventReach) => {
  const guarded = [...(reach.guarded ?? [])].map(([verb, places]) =>
    withinPlaces(eb.and([eb('events.kind', 'in', kindsGuardedBy(verb))]), eb, places),
  );
  return eb.or([withinPlaces(eb('events.kind', 'not in', [...guardedKinds]), eb, reach), ...guarded]);
};

const withinPlaces = (ofKinds: ReturnType<Events['and']>, eb: Events, places: PlaceReach) => {
  if (seesAll(places)) return ofKinds;
  const { apps, platform } = places;
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
  return eb.and([ofKinds, eb.or([eb.exists(visible), ...(platform ? [eb('events.app', 'is', null)] : [])])]);
};

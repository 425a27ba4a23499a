import type { AuditEvent } from '@rig-ops/contract/resources';
import type { Kysely, Selectable } from 'kysely';
import { type Clock, timestampOf } from '../../clock.ts';
import type { Database } from '../../store/database.ts';
import { decodeCursor, limitOf, type Page, type PageQuery, pageOf } from '../../store/page.ts';
import type { AuditEventTable } from './audit-event-table.ts';
import type { AuditLog, NewAuditEvent } from './audit-log.ts';

const toEvent = (row: Selectable<AuditEventTable>): AuditEvent => ({
  id: row.id,
  at: row.at,
  user: row.user,
  action: row.action,
  target: row.target,
  result: row.result,
  errorCode: row.error_code,
  client: row.client,
  invocationId: row.invocation_id,
  requestId: row.request_id,
  details: JSON.parse(row.details) as Record<string, unknown>,
});

export class SqliteAuditLog implements AuditLog {
  readonly #db: Kysely<Database>;
  readonly #clock: Clock;

  constructor(db: Kysely<Database>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async append(event: NewAuditEvent): Promise<void> {
    await this.#db
      .insertInto('audit_events')
      .values({
        at: timestampOf(this.#clock),
        user: event.user,
        action: event.action,
        target: event.target,
        result: event.result,
        error_code: event.errorCode,
        client: event.client,
        invocation_id: event.invocationId,
        request_id: event.requestId,
        details: JSON.stringify(event.details),
      })
      .execute();
  }

  async list(query: PageQuery): Promise<Page<AuditEvent>> {
    const limit = limitOf(query);
    let select = this.#db
      .selectFrom('audit_events')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(limit + 1);
    if (query.cursor !== undefined) select = select.where('id', '<', decodeCursor(query.cursor, 'number'));
    const rows = await select.execute();
    return pageOf(rows.map(toEvent), limit, ({ id }) => id);
  }
}

import type { SessionEnd, SessionLimits } from '@rig-ops/contract/channels';
import { RigError } from '@rig-ops/contract/errors';
import type { Kysely, Selectable, Updateable } from 'kysely';
import type { Database } from '../../store/database.ts';
import { decodeCursor, limitOf, type Page, pageOf } from '../../store/page.ts';
import type {
  SessionChange,
  SessionCounts,
  SessionQuery,
  SessionRow,
  SessionStore,
} from './session-store.ts';
import type { SessionTable } from './session-table.ts';

const toRow = (row: Selectable<SessionTable>): SessionRow => ({
  id: row.id,
  kind: row.kind,
  userId: row.user_id,
  user: row.user,
  tokenId: row.token_id,
  appId: row.app_id,
  app: row.app,
  network: row.network,
  process: row.process,
  instance: row.instance,
  release: row.release,
  argv: JSON.parse(row.argv) as string[],
  terminal: row.columns === null || row.rows === null ? null : { columns: row.columns, rows: row.rows },
  reason: row.reason,
  detached: row.detached === 1,
  limits: JSON.parse(row.limits) as SessionLimits,
  containment: row.containment,
  client: row.client,
  invocationId: row.invocation_id,
  requestId: row.request_id,
  startedAt: row.started_at,
  lastActiveAt: row.last_active_at,
  endedAt: row.ended_at,
  exitCode: row.exit_code,
  signal: row.signal,
  end: row.end as SessionEnd | null,
  bytes: { stdin: row.stdin_bytes, stdout: row.stdout_bytes, stderr: row.stderr_bytes },
});

const toColumns = ({
  terminal,
  detached,
  containment,
  lastActiveAt,
  endedAt,
  exitCode,
  signal,
  end,
  bytes,
}: SessionChange): Updateable<SessionTable> => ({
  ...(terminal === undefined ? {} : { columns: terminal?.columns ?? null, rows: terminal?.rows ?? null }),
  ...(detached === undefined ? {} : { detached: Number(detached) }),
  ...(containment === undefined ? {} : { containment }),
  ...(lastActiveAt === undefined ? {} : { last_active_at: lastActiveAt }),
  ...(endedAt === undefined ? {} : { ended_at: endedAt }),
  ...(exitCode === undefined ? {} : { exit_code: exitCode }),
  ...(signal === undefined ? {} : { signal }),
  ...(end === undefined ? {} : { end }),
  ...(bytes === undefined
    ? {}
    : { stdin_bytes: bytes.stdin, stdout_bytes: bytes.stdout, stderr_bytes: bytes.stderr }),
});

const CURSOR_SEPARATOR = ' ';

export class SqlSessionStore implements SessionStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async create(
    session: SessionRow,
    most: SessionCounts,
    hasEnded: (id: string) => boolean = () => false,
  ): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const unended = await transaction
        .selectFrom('sessions')
        .select(['id', 'user_id'])
        .where('ended_at', 'is', null)
        .execute();
      const running = unended.filter(({ id }) => !hasEnded(id));
      const own = running.filter((row) => row.user_id === session.userId).length;
      if (own >= most.perUser)
        throw tooMany(`${session.user} has ${own} sessions already, the most for one user.`);
      if (running.length >= most.total)
        throw tooMany(`${running.length} sessions run, the most for this platform.`);
      await transaction
        .insertInto('sessions')
        .values({
          id: session.id,
          kind: session.kind,
          user_id: session.userId,
          user: session.user,
          token_id: session.tokenId,
          app_id: session.appId,
          app: session.app,
          network: session.network,
          process: session.process,
          instance: session.instance,
          release: session.release,
          argv: JSON.stringify(session.argv),
          columns: session.terminal?.columns ?? null,
          rows: session.terminal?.rows ?? null,
          reason: session.reason,
          detached: Number(session.detached),
          limits: JSON.stringify(session.limits),
          containment: session.containment,
          client: session.client,
          invocation_id: session.invocationId,
          request_id: session.requestId,
          started_at: session.startedAt,
          last_active_at: session.lastActiveAt,
          ended_at: session.endedAt,
          exit_code: session.exitCode,
          signal: session.signal,
          end: session.end,
          stdin_bytes: session.bytes.stdin,
          stdout_bytes: session.bytes.stdout,
          stderr_bytes: session.bytes.stderr,
        })
        .execute();
    });
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('sessions').where('id', '=', id).execute();
  }

  async get(id: string): Promise<SessionRow | undefined> {
    const row = await this.#db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toRow(row);
  }

  async change(id: string, change: SessionChange): Promise<void> {
    const columns = toColumns(change);
    if (Object.keys(columns).length === 0) return;
    await this.#db.updateTable('sessions').set(columns).where('id', '=', id).execute();
  }

  async running(): Promise<SessionRow[]> {
    const rows = await this.#db.selectFrom('sessions').selectAll().where('ended_at', 'is', null).execute();
    return rows.map(toRow);
  }

  async page(query: SessionQuery): Promise<Page<SessionRow>> {
    const { all, app, cursor, reach, user, userId } = query;
    let select = this.#db.selectFrom('sessions').selectAll();
    if (all !== true) select = select.where('ended_at', 'is', null);
    if (app !== undefined) select = select.where('app', '=', app);
    if (user !== undefined) select = select.where('user', '=', user);
    if (!reach.everywhere) {
      select = select.where((is) =>
        is.or([
          is('user_id', '=', userId),
          is('network', 'in', [...reach.networks]),
          is('app_id', 'in', [...reach.apps]),
        ]),
      );
    }
    if (cursor !== undefined) {
      const [startedAt = '', id = ''] = decodeCursor(cursor, 'string').split(CURSOR_SEPARATOR);
      select = select.where((is) =>
        is.or([
          is('started_at', '<', startedAt),
          is.and([is('started_at', '=', startedAt), is('id', '<', id)]),
        ]),
      );
    }
    const limit = limitOf(query);
    const rows = await select
      .orderBy('started_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    return pageOf(rows.map(toRow), limit, ({ startedAt, id }) => `${startedAt}${CURSOR_SEPARATOR}${id}`);
  }

  async prune(before: string): Promise<void> {
    await this.#db.deleteFrom('sessions').where('ended_at', '<', before).execute();
  }
}

const tooMany = (message: string) => new RigError('too_many_sessions', message);

import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `create table recordings (
    session text primary key,
    file text not null,
    state text not null check (state in ('recording', 'kept', 'failed', 'removed')),
    bytes integer not null,
    sha256 text,
    truncated integer not null,
    failure text,
    started_at text not null,
    ended_at text
  ) strict, without rowid`,
  "create index recordings_by_end on recordings (ended_at) where state in ('kept', 'failed')",
  // What a record says of a session: in its details, or as its target.
  `alter table audit_records add column session text generated always as (
    coalesce(
      record ->> '$.details.session',
      iif(substr(record ->> '$.target', 1, 8) = 'session/', substr(record ->> '$.target', 9), null)
    )
  ) virtual`,
  'create index audit_records_by_session on audit_records (session, seq) where session is not null',
];

const valueOf = (path: string) => `replace(record, '\\u0000', '\\ufffd')::json #>> '{${path}}'`;

const onPostgres = [
  ...statements.slice(0, 2),
  `alter table audit_records add column session text generated always as (
    coalesce(
      ${valueOf('details,session')},
      case when starts_with(${valueOf('target')}, 'session/') then substr(${valueOf('target')}, 9) end
    )
  ) stored`,
  ...statements.slice(3),
];

/** Recordings of sessions, and audit records by session. */
export const migration: Migration = {
  version: 28,
  name: 'recordings',
  async postgres(db) {
    for (const statement of onPostgres) await sql.raw(statement).execute(db);
  },
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/**
 * What lists are filtered by is computed from the record itself: a column of its own could be edited
 * without a trace. `audit_events` stays until its rows have been taken over into the chain.
 */
const statements = [
  `create table audit_records (
    seq integer primary key,
    hash text not null,
    record text not null,
    at text generated always as (record ->> '$.at') virtual,
    user text generated always as (record ->> '$.user') virtual,
    action text generated always as (record ->> '$.action') virtual,
    target text generated always as (record ->> '$.target') virtual,
    result text generated always as (record ->> '$.result') virtual
  ) strict`,
  'create index audit_records_by_at on audit_records (at)',
  'create index audit_records_by_user on audit_records (user, seq)',
  'create index audit_records_by_action on audit_records (action, seq)',
  'create index audit_records_by_target on audit_records (target, seq)',
  `create trigger audit_records_fixed before update on audit_records
    begin select raise(abort, 'audit records do not change'); end`,
];

/** PostgreSQL has no such columns but stored ones, and text of it holds no NUL: it is left out of what is compared. */
const ofRecord = (name: string) =>
  `"${name}" text generated always as (replace(record, '\\u0000', '\\ufffd')::json ->> '${name}') stored`;

const onPostgres = [
  `create table audit_records (
    seq integer primary key,
    hash text not null,
    record text not null,
    ${['at', 'user', 'action', 'target', 'result'].map(ofRecord).join(',\n    ')}
  )`,
  ...statements.filter((statement) => statement.startsWith('create index')),
  'create trigger audit_records_fixed before update on audit_records for each row execute function refuse_change()',
];

export const migration: Migration = {
  version: 6,
  name: 'audit-chain',
  async postgres(db) {
    for (const statement of onPostgres) await sql.raw(statement).execute(db);
  },
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

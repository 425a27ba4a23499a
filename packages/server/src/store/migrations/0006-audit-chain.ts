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

export const migration: Migration = {
  version: 6,
  name: 'audit-chain',
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

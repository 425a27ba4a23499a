import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `create table networks (
    name text primary key,
    created_at text not null,
    created_by text
  ) strict`,
  `insert into networks (name, created_at) values
    ('default', coalesce((select min(created_at) from apps), strftime('%Y-%m-%dT%H:%M:%fZ')))`,
  // Roles could be given at networks before there were any but the default one.
  `delete from bindings where network is not null and network != 'default'`,
];

const onPostgres = [
  ...statements.slice(0, 1),
  `insert into networks (name, created_at)
    values ('default', to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`,
];

export const migration: Migration = {
  version: 17,
  name: 'networks',
  async postgres(db) {
    for (const statement of onPostgres) await sql.raw(statement).execute(db);
  },
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

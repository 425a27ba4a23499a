import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `create table log_drains (
    name text primary key,
    target text not null,
    url text not null,
    headers text not null,
    ca text,
    allow_private integer not null,
    created_at text not null
  ) strict`,
  `create table log_drain_positions (
    drain text not null references log_drains (name) on delete cascade,
    log text not null,
    position text not null,
    primary key (drain, log)
  ) strict`,
];

export const migration: Migration = {
  version: 10,
  name: 'log-drains',
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

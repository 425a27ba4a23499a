import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `create table logins (
    id text primary key,
    device_hash text not null unique,
    code_hash text not null unique,
    device_name text not null,
    client text not null,
    created_at text not null,
    expires_at text not null,
    interval_s integer not null,
    polled_at text,
    status text not null check (status in ('pending', 'approved', 'denied', 'redeemed')),
    user_id text references users (id) on delete cascade
  ) strict`,
  'create index logins_by_expiry on logins (expires_at)',
];

export const migration: Migration = {
  version: 5,
  name: 'logins',
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

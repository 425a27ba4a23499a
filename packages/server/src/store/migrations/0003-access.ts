import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `create table users (
    id text primary key,
    name text not null unique,
    kind text not null check (kind in ('user', 'service')),
    created_at text not null,
    created_by text not null,
    disabled_at text
  ) strict`,
  `create table tokens (
    id text primary key,
    user_id text not null references users (id) on delete cascade,
    name text not null,
    hash text not null unique,
    hint text not null,
    created_at text not null,
    created_by text not null,
    expires_at text,
    last_used_at text,
    revoked_at text
  ) strict`,
  'create index tokens_of_user on tokens (user_id, created_at, id)',
  // A binding to an app follows the app, not its name: another app of that name starts without any.
  `create table bindings (
    id text primary key,
    user_id text not null references users (id) on delete cascade,
    role text not null,
    network text,
    app_id text references apps (id) on delete cascade,
    created_at text not null,
    created_by text not null,
    check (network is null or app_id is null)
  ) strict`,
  `create unique index binding_of_user on bindings
    (user_id, role, coalesce(network, ''), coalesce(app_id, ''))`,
  'create index bindings_of_app on bindings (app_id)',
];

export const migration: Migration = {
  version: 3,
  name: 'access',
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

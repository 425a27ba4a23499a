import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `create table browser_sessions (
    id text primary key,
    user_id text not null references users (id) on delete cascade,
    token_id text,
    owner_digest text,
    key_hash text not null unique,
    cookie_hash text not null,
    browser text not null,
    client text not null,
    created_at text not null,
    last_used_at text not null,
    expires_at text not null,
    ended_at text
  ) strict`,
  'create index browser_sessions_by_user on browser_sessions (user_id, ended_at)',
];

/** Browsers that are logged in. */
export const migration: Migration = {
  version: 33,
  name: 'browser-sessions',
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

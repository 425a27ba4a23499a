import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `create table sessions (
    id text primary key,
    kind text not null,
    user_id text not null,
    user text not null,
    app_id text,
    app text,
    network text not null,
    process text,
    instance text,
    release integer,
    argv text not null,
    columns integer,
    rows integer,
    reason text,
    detached integer not null,
    limits text not null,
    containment text not null,
    client text not null,
    invocation_id text,
    request_id text,
    started_at text not null,
    last_active_at text not null,
    ended_at text,
    exit_code integer,
    signal text,
    end text,
    stdin_bytes integer not null,
    stdout_bytes integer not null,
    stderr_bytes integer not null
  ) strict`,
  'create index sessions_running on sessions (user_id) where ended_at is null',
  'create index sessions_app on sessions (app_id)',
  'create index sessions_started on sessions (started_at)',
];

/** Sessions: those that run, and the history of those that have ended. */
export const migration: Migration = {
  version: 25,
  name: 'sessions',
  up: async (db: Kysely<unknown>) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

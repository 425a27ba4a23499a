import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `create table deploy_locks (
    app_id text primary key references apps (id) on delete cascade,
    owner text not null,
    reason text,
    since text not null,
    until text
  ) strict`,
  // Those that wait for their turn; one that begins moves to deploys in one transaction.
  `create table deploy_queue (
    seq integer primary key autoincrement,
    id text not null unique,
    app_id text not null references apps (id) on delete cascade,
    deploy text not null,
    until text not null
  ) strict`,
  'create index deploy_queue_of_app on deploy_queue (app_id, seq)',
];

/** Locks, and deploys that wait for their turn. */
export const migration: Migration = {
  version: 21,
  name: 'deploy-guard',
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

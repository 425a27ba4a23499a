import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  'alter table builds add column inputs text',
  'alter table builds add column toolchain text',
  'alter table builds add column install_from_cache integer not null default 0',
  'alter table builds add column started_at text',
  'create index builds_of_inputs on builds (app_id, inputs)',
  'alter table deploys add column build_options text',
];

/** What decides the artifact of a build, how its install went, and what deploys ask of their builds. */
export const migration: Migration = {
  version: 14,
  name: 'builds',
  up: async (db: Kysely<unknown>) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

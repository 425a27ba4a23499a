import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  'alter table deploys add column rollout text',
  'alter table releases add column rollout text',
  'alter table instances add column keep_until text',
];

/** How deploys switch over, how releases did, and instances that are kept for a return. */
export const migration: Migration = {
  version: 19,
  name: 'rollouts',
  up: async (db: Kysely<unknown>) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

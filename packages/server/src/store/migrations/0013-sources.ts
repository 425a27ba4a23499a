import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  'alter table deploys add column source text',
  'alter table releases add column source text',
  `alter table builds add column root text not null default '.'`,
];

/** Where the content of a release comes from, and the folder of the app in it. */
export const migration: Migration = {
  version: 13,
  name: 'sources',
  up: async (db: Kysely<unknown>) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  "alter table networks add column engine text not null default 'process'",
  'alter table networks add column follows integer not null default 1',
  'alter table networks add column cluster text',
];

/** What the apps of a network run on. */
export const migration: Migration = {
  version: 36,
  name: 'engines',
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** What was measured, by step. */
export const migration: Migration = {
  version: 32,
  name: 'metrics',
  up: async (db: Kysely<unknown>) => {
    await sql`
      create table metric_points (
        step integer not null,
        at integer not null,
        point text not null,
        primary key (step, at)
      ) strict, without rowid`.execute(db);
  },
};

import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** The image that a build has made or brought. */
export const migration: Migration = {
  version: 37,
  name: 'images',
  async up(db: Kysely<unknown>) {
    await sql.raw('alter table builds add column image text').execute(db);
  },
};

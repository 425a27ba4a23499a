import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Networks that were destroyed, and of which something may be left on what they ran on. */
export const migration: Migration = {
  version: 44,
  name: 'network-removals',
  async up(db: Kysely<unknown>) {
    await sql
      .raw(
        `create table network_removals (
          name text primary key,
          engine text not null,
          cluster text,
          created_at text not null
        ) strict`,
      )
      .execute(db);
  },
};

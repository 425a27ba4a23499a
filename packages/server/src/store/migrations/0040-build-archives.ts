import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** What the artifact of a build is as an archive, which a pod verifies what it has fetched by. */
export const migration: Migration = {
  version: 40,
  name: 'build-archives',
  async up(db: Kysely<unknown>) {
    await sql
      .raw(
        `create table build_archives (
          build_id text primary key,
          tar_sha256 text not null,
          tar_bytes integer not null,
          created_at text not null
        ) strict`,
      )
      .execute(db);
  },
};

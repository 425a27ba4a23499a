import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Which token a session was begun with: it ends with it. */
export const migration: Migration = {
  version: 27,
  name: 'sessions-token',
  up: async (db: Kysely<unknown>) => {
    await sql.raw('alter table sessions add column token_id text').execute(db);
  },
};

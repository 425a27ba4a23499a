import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statement = `create table audit_drains (
  name text primary key,
  url text not null,
  headers text not null,
  ca text,
  allow_private integer not null,
  position integer not null,
  created_at text not null
) strict`;

export const migration: Migration = {
  version: 7,
  name: 'audit-drains',
  async up(db: Kysely<unknown>) {
    await sql.raw(statement).execute(db);
  },
};

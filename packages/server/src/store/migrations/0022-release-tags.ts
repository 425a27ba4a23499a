import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `create table release_tags (
    app_id text not null,
    name text not null,
    version integer not null,
    primary key (app_id, name),
    foreign key (app_id, version) references releases (app_id, version) on delete cascade
  ) strict, without rowid`,
  'alter table deploys add column rollback_only text',
  'alter table releases add column rollback_only text',
];

/** Names of releases, and rollbacks of a part of what a release is. */
export const migration: Migration = {
  version: 22,
  name: 'release-tags',
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  'drop table chunks',
  'drop table packs',
  'drop table bundles',
  `create table bundles (
    app_id text not null references apps (id) on delete cascade,
    id text not null,
    blocks text not null,
    created_at text not null,
    touched_at text not null,
    committed_at text,
    primary key (app_id, id)
  ) strict`,
  `create table manifest_blocks (
    app_id text not null references apps (id) on delete cascade,
    digest text not null,
    entries text not null,
    primary key (app_id, digest)
  ) strict`,
  `create table packs (
    number integer primary key autoincrement,
    app_id text not null,
    id text not null,
    bytes integer not null,
    stored_at text not null,
    unique (app_id, id)
  ) strict`,
  `create table chunks (
    app_id text not null,
    digest text not null,
    pack integer not null references packs (number) on delete cascade,
    offset integer not null,
    size integer not null,
    primary key (app_id, digest)
  ) strict, without rowid`,
  'create index chunks_by_pack on chunks (pack)',
];

/**
 * Bundles as lists of blocks, and packs of one frame. What was stored before is left behind: its files go
 * with the next collection, and the next deploy of an app uploads all of its content once.
 */
export const migration: Migration = {
  version: 11,
  name: 'bundle-blocks',
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

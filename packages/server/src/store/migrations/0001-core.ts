import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const onPostgres = [
  'create table settings (key text primary key, value text not null)',
  `create table apps (
    id text primary key,
    name text not null unique,
    network text not null,
    created_at text not null,
    destroying_at text
  )`,
  // Made anew by a later migration.
  'create table bundles (app_id text)',
  'create table packs (app_id text)',
  'create table chunks (app_id text)',
  `create table events (
    id integer primary key autoincrement,
    at text not null,
    app text,
    kind text not null,
    message text not null
  )`,
  `create table audit_events (
    id integer primary key autoincrement,
    at text not null,
    user text not null,
    action text not null,
    target text not null,
    result text not null,
    error_code text,
    client text not null,
    invocation_id text,
    request_id text not null,
    details text not null
  )`,
  `create function refuse_change() returns trigger language plpgsql as
    $$ begin raise exception 'audit records do not change'; end $$`,
  'create trigger audit_events_fixed before update on audit_events for each row execute function refuse_change()',
];

export const migration: Migration = {
  version: 1,
  name: 'core',
  async postgres(db) {
    for (const statement of onPostgres) await sql.raw(statement).execute(db);
  },
  async up(db) {
    await db.schema
      .createTable('settings')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('apps')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull().unique())
      .addColumn('network', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('destroying_at', 'text')
      .execute();
    await db.schema
      .createTable('bundles')
      .addColumn('app_id', 'text', (column) => column.notNull().references('apps.id').onDelete('cascade'))
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('manifest', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('committed_at', 'text')
      .addPrimaryKeyConstraint('bundles_pk', ['app_id', 'id'])
      .execute();
    await db.schema
      .createTable('packs')
      .addColumn('app_id', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('packs_pk', ['app_id', 'id'])
      .execute();
    await db.schema
      .createTable('chunks')
      .addColumn('app_id', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('pack_id', 'text', (column) => column.notNull())
      .addColumn('offset', 'integer', (column) => column.notNull())
      .addColumn('size', 'integer', (column) => column.notNull())
      .addColumn('stored_size', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('chunks_pk', ['app_id', 'digest'])
      .addForeignKeyConstraint('chunks_of_pack', ['app_id', 'pack_id'], 'packs', ['app_id', 'id'], (key) =>
        key.onDelete('cascade'),
      )
      .execute();
    await db.schema.createIndex('chunks_by_pack').on('chunks').columns(['app_id', 'pack_id']).execute();
    await db.schema
      .createTable('events')
      // Without autoincrement SQLite would give the number of a removed newest row again.
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('at', 'text', (column) => column.notNull())
      .addColumn('app', 'text')
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('audit_events')
      .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('at', 'text', (column) => column.notNull())
      .addColumn('user', 'text', (column) => column.notNull())
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('target', 'text', (column) => column.notNull())
      .addColumn('result', 'text', (column) => column.notNull())
      .addColumn('error_code', 'text')
      .addColumn('client', 'text', (column) => column.notNull())
      .addColumn('invocation_id', 'text')
      .addColumn('request_id', 'text', (column) => column.notNull())
      .addColumn('details', 'text', (column) => column.notNull())
      .execute();
    // What was recorded stays as it was, whatever a later bug tries.
    await sql`create trigger audit_events_fixed before update on audit_events
      begin select raise(abort, 'audit events do not change'); end`.execute(db);
  },
};

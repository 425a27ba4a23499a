import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const migration: Migration = {
  version: 1,
  name: 'core',
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

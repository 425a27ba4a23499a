import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** What the list of kinds and steps of a deploy was checked with. It grows, and a check of a table cannot. */
const OLD_CHECKS = [/\s+check \(kind in \([^)]*\)\)/i, /\s+check \(step in \([^)]*\)\)/i];

const statements = [
  `create table config_sets (
    id text primary key,
    app_id text not null references apps (id) on delete cascade,
    parent_id text,
    variables text not null,
    created_by text not null,
    created_at text not null
  ) strict`,
  'create index config_sets_of_app on config_sets (app_id)',
  `create table app_configs (
    app_id text primary key references apps (id) on delete cascade,
    config_id text
  ) strict`,
  'alter table releases add column config_id text',
  'alter table deploys add column config_id text',
];

/** Sets of variables; releases and deploys name theirs. */
export const migration: Migration = {
  version: 16,
  name: 'config',
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
    await withoutChecks(db);
  },
  async postgres(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
    await sql`alter table deploys drop constraint deploys_kind_check, drop constraint deploys_step_check`.execute(
      db,
    );
  },
};

/**
 * Makes `deploys` anew without its checks, whatever columns it has. Its events come along: they would go with
 * the old table, which they refer to.
 */
async function withoutChecks(db: Kysely<unknown>): Promise<void> {
  const tables = ['deploys', 'deploy_events'];
  const definitions = await definitionsOf(db, 'table', tables);
  const indexes = await definitionsOf(db, 'index', tables);
  for (const table of tables) {
    const definition = OLD_CHECKS.reduce(
      (text, check) => text.replace(check, ''),
      definitions.get(table) ?? '',
    );
    const renamed = definition
      .replace(/^create table "?\w+"?/i, `create table ${table}_new`)
      .replace(/references "?deploys"? /i, 'references deploys_new ');
    await sql.raw(renamed).execute(db);
    await sql.raw(`insert into ${table}_new select * from ${table}`).execute(db);
  }
  for (const table of tables.toReversed()) await sql.raw(`drop table ${table}`).execute(db);
  // References to a table follow it to its new name.
  for (const table of tables) await sql.raw(`alter table ${table}_new rename to ${table}`).execute(db);
  for (const index of indexes.values()) await sql.raw(index).execute(db);
}

async function definitionsOf(
  db: Kysely<unknown>,
  type: 'table' | 'index',
  tables: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ name: string; sql: string | null }>`
    select name, sql from sqlite_master where type = ${type} and tbl_name in (${sql.join(tables)})
  `.execute(db);
  // Those that SQLite makes for a key have no text, and come with their table.
  return new Map(rows.flatMap((row) => (row.sql === null ? [] : [[row.name, row.sql] as const])));
}

import { type Kysely, sql } from 'kysely';
import type { Migration } from '../migrate.ts';

const statements = [
  `create table app_scales (
    app_id text not null references apps (id) on delete cascade,
    process text not null,
    instances integer not null check (instances >= 0),
    primary key (app_id, process)
  ) strict, without rowid`,
  `create table app_domains (
    domain text primary key,
    app_id text not null references apps (id) on delete cascade
  ) strict`,
  'create index app_domains_of_app on app_domains (app_id)',
];

const ONE_PER_PLACE = 'unique (app_id, release_version, process, ordinal)';
/** While an instance is restarted two have its place: the second begins beside the first. */
const ONE_PER_TURN =
  'turn integer not null default 1, unique (app_id, release_version, process, ordinal, turn)';

const onPostgres = [
  'alter table instances add column turn integer not null default 1',
  'alter table instances drop constraint instances_app_id_release_version_process_ordinal_key',
  'alter table instances add unique (app_id, release_version, process, ordinal, turn)',
];

/** How many instances apps have, their domains, and instances that take the place of others. */
export const migration: Migration = {
  version: 18,
  name: 'operating',
  async postgres(db) {
    for (const statement of [...statements, ...onPostgres]) await sql.raw(statement).execute(db);
  },
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
    const { rows } = await sql<{ sql: string }>`
      select sql from sqlite_master where type = 'table' and name = 'instances'
    `.execute(db);
    const { rows: columns } = await sql<{ name: string }>`
      select name from pragma_table_info('instances')
    `.execute(db);
    const names = columns.map(({ name }) => name).join(', ');
    const definition = (rows[0]?.sql ?? '')
      .replace(/^create table "?instances"?/i, 'create table instances_new')
      .replace(ONE_PER_PLACE, ONE_PER_TURN);
    for (const statement of [
      definition,
      `insert into instances_new (${names}) select ${names} from instances`,
      'drop table instances',
      'alter table instances_new rename to instances',
    ])
      await sql.raw(statement).execute(db);
  },
};

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { it } from 'node:test';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { adaptSqlite } from './adapt-sqlite.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations.ts';

it('deploys and their events come along when kinds and steps become free', async () => {
  const sqlite = new DatabaseSync(':memory:', { enableForeignKeyConstraints: true });
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: adaptSqlite(sqlite) }) });
  const before = migrations.filter(({ version }) => version < 16);
  await migrate(db, ':memory:', before);
  // Columns of others are none of its business.
  sqlite.exec(`
    insert into apps (id, name, network, created_at) values ('app_1', 'shop', 'default', 'now');
    alter table deploys add column of_others text;
    insert into deploys (id, app_id, app_name, kind, status, bundle_id, created_by, created_at, of_others)
      values ('dep_1', 'app_1', 'shop', 'deploy', 'running', 'f00', 'ann', 'now', 'kept');
    insert into deploy_events (deploy_id, seq, event) values ('dep_1', 1, '{}'), ('dep_1', 2, '{}');
  `);
  await migrate(db, ':memory:', migrations);
  const rows = (text: string) =>
    sqlite
      .prepare(text)
      .all()
      .map((row) => ({ ...row }));
  assert.deepEqual(rows('select id, of_others, config_id from deploys'), [
    { id: 'dep_1', of_others: 'kept', config_id: null },
  ]);
  assert.deepEqual(rows('select deploy_id, seq from deploy_events'), [
    { deploy_id: 'dep_1', seq: 1 },
    { deploy_id: 'dep_1', seq: 2 },
  ]);
  const other = `insert into deploys (id, app_id, app_name, kind, status, step, bundle_id, created_by, created_at)
    values ('dep_2', 'app_1', 'shop', 'config', 'running', 'release', 'f00', 'ann', 'now')`;
  assert.throws(() => sqlite.exec(other), /UNIQUE/, 'one deploy of an app at a time');
  sqlite.exec(`update deploys set status = 'succeeded'`);
  sqlite.exec(other);
  sqlite.exec(`delete from apps`);
  assert.deepEqual(rows('select * from deploy_events'), []);
  assert.deepEqual((await sql`pragma foreign_key_check`.execute(db)).rows, []);
  await db.destroy();
});

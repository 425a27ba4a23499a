import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { makeTemporaryFolder } from '../testing/temporary-folder.ts';
import { openDatabase } from './database.ts';
import { type Migration, migrate } from './migrate.ts';
import { migrations } from './migrations.ts';
import { readSetting, writeSetting } from './settings.ts';

describe('openDatabase', () => {
  it('keeps what was written over a reopening', async (t) => {
    const path = join(await makeTemporaryFolder(t), 'rigd.sqlite');
    const first = await openDatabase(path, { exclusive: true });
    await writeSetting(first, 'api_port', '4000');
    await writeSetting(first, 'api_port', '4001');
    await first.destroy();
    const second = await openDatabase(path, { exclusive: true });
    assert.equal(await readSetting(second, 'api_port'), '4001');
    await second.destroy();
  });

  it('tells why a transaction failed that SQLite has rolled back by itself', async (t) => {
    const db = await openDatabase(join(await makeTemporaryFolder(t), 'rigd.sqlite'));
    const failed = db.transaction().execute(async (transaction) => {
      // What SQLite does when the disk is full.
      await sql`rollback`.execute(transaction);
      throw new Error('the disk is full');
    });
    await assert.rejects(failed, { message: 'the disk is full' });
    await writeSetting(db, 'api_port', '4000');
    await db.destroy();
  });

  it('has foreign keys, WAL and full synchronisation on', async (t) => {
    const db = await openDatabase(join(await makeTemporaryFolder(t), 'rigd.sqlite'));
    const pragma = async (name: string) =>
      Object.values((await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(db)).rows[0] ?? {})[0];
    assert.equal(await pragma('foreign_keys'), 1);
    assert.equal(await pragma('journal_mode'), 'wal');
    assert.equal(await pragma('synchronous'), 2);
    await assert.rejects(
      db
        .insertInto('bundles')
        .values({ app_id: 'none', id: 'x', blocks: '[]', created_at: '', touched_at: '' })
        .execute(),
    );
    await db.destroy();
  });

  it('refuses a database of a newer rig and leaves it alone', async (t) => {
    const path = join(await makeTemporaryFolder(t), 'rigd.sqlite');
    const newer = new DatabaseSync(path);
    newer.exec('pragma user_version = 4711');
    newer.close();
    await assert.rejects(openDatabase(path), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'platform_start_failed');
      assert.match(error.message, /newer rig: its schema is 4711/);
      return true;
    });
    const after = new DatabaseSync(path);
    assert.deepEqual(
      { ...after.prepare('select count(*) as tables from sqlite_master').get() },
      { tables: 0 },
    );
    after.close();
  });

  it('says so when the file is not a database', async (t) => {
    const path = join(await makeTemporaryFolder(t), 'rigd.sqlite');
    await writeFile(
      path,
      'This is text, long enough to be taken for the header of something else.'.repeat(20),
    );
    await assert.rejects(openDatabase(path), { code: 'platform_start_failed', message: /not a database/ });
  });

  it('rolls a failing transaction back', async () => {
    const db = await openDatabase(':memory:');
    await assert.rejects(
      db.transaction().execute(async (transaction) => {
        await transaction.insertInto('settings').values({ key: 'api_port', value: '1' }).execute();
        throw new Error('no');
      }),
      /no/,
    );
    assert.equal(await readSetting(db, 'api_port'), undefined);
    await db.destroy();
  });
});

describe('migrate', () => {
  it('runs each migration once and undoes one that fails half-way', async () => {
    const db = await openDatabase(':memory:');
    const newest = migrations.at(-1)?.version ?? 0;
    const ran: number[] = [];
    const next: Migration = {
      version: newest + 1,
      name: 'next',
      async up(transaction) {
        ran.push(newest + 1);
        await sql`create table next (id integer)`.execute(transaction);
      },
    };
    const failing: Migration = {
      version: newest + 2,
      name: 'failing',
      async up(transaction) {
        await sql`create table half (id integer)`.execute(transaction);
        throw new Error('half-way');
      },
    };
    await assert.rejects(migrate(db, 'test', [...migrations, next, failing]), /half-way/);
    await assert.rejects(migrate(db, 'test', [...migrations, next, failing]), /half-way/);
    assert.deepEqual(ran, [newest + 1]);
    const { rows } = await sql<{ name: string }>`
      select name from sqlite_master where name in ('next', 'half')`.execute(db);
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['next'],
    );
    await db.destroy();
  });

  it('has every migration of the folder in its list, in the order of their numbers', async () => {
    const files = (await readdir(join(import.meta.dirname, 'migrations'))).filter((file) =>
      /^\d{4}-/.test(file),
    );
    const listed = migrations.map(({ version, name }) => `${String(version).padStart(4, '0')}-${name}.ts`);
    assert.deepEqual(files.toSorted(), listed);
    const versions = migrations.map(({ version }) => version);
    assert.deepEqual(
      versions,
      [...new Set(versions)].toSorted((a, b) => a - b),
    );
  });
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Kysely } from 'kysely';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { type Database, openDatabase } from '../database.ts';
import { readSetting, writeSetting } from '../settings.ts';
import { copyState } from './copy-state.ts';
import { type AnyTables, readRows } from './read-rows.ts';
import { listTables } from './table-list.ts';

const options = { to: 'the other one', mark: 'new:1', replaces: false, onProgress: () => {} };

async function twoDatabases(t: TestContext): Promise<[Kysely<Database>, Kysely<Database>]> {
  const folder = await makeTemporaryFolder(t);
  const [one, other] = [await openDatabase(join(folder, 'one')), await openDatabase(join(folder, 'other'))];
  t.after(async () => {
    await one.destroy();
    await other.destroy();
  });
  await writeSetting(one, 'audit_platform', 'plt_1');
  await one
    .insertInto('apps')
    .values({ id: 'app_1', name: 'grün \u{1F40E}', network: 'default', created_at: '', destroying_at: null })
    .execute();
  return [one, other];
}

const addPack = async (db: Kysely<Database>, id: string, chunks: Uint8Array) =>
  db
    .insertInto('packs')
    .values({ app_id: 'app_1', id, bytes: 2 ** 52, stored_at: 'now', chunks })
    .execute();

describe('copyState', () => {
  it('knows every table, in an order in which nothing refers to what is not there yet', async () => {
    const names = (await listTables()).map(({ name }) => name);
    assert.ok(names.indexOf('apps') < names.indexOf('builds'));
    assert.ok(names.indexOf('builds') < names.indexOf('releases'));
    assert.ok(names.indexOf('releases') < names.indexOf('release_tags'));
    assert.equal(new Set(names).size, names.length);
    const numbered = (await listTables()).filter((table) => table.numbered !== null);
    assert.deepEqual(numbered.map(({ name }) => name).toSorted(), [
      'audit_events',
      'deploy_queue',
      'events',
      'packs',
    ]);
  });

  it('copies texts, bytes and large numbers, more rows than one statement takes, and tells how far it is', async (t) => {
    const [one, other] = await twoDatabases(t);
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await addPack(one, 'a', bytes);
    const points = Array.from({ length: 1_501 }, (_, number) => ({
      step: number % 2,
      at: number,
      point: `{"number":${number}}`,
    }));
    for (let at = 0; at < points.length; at += 500)
      await one
        .insertInto('metric_points')
        .values(points.slice(at, at + 500))
        .execute();
    const seen: number[] = [];
    const copied = await copyState(one, other, { ...options, onProgress: ({ done }) => seen.push(done) });
    assert.equal(copied.find(({ name }) => name === 'metric_points')?.rows, 1_501);
    assert.ok(seen.length > 8);
    const pack = await other.selectFrom('packs').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual([Buffer.from(pack.chunks), pack.bytes], [Buffer.from(bytes), 2 ** 52]);
    assert.equal(
      (await other.selectFrom('apps').selectAll().executeTakeFirstOrThrow()).name,
      'grün \u{1F40E}',
    );
    assert.deepEqual(
      await other.selectFrom('metric_points').selectAll().orderBy('at').execute(),
      await one.selectFrom('metric_points').selectAll().orderBy('at').execute(),
    );
  });

  it('gives no number again that was given to a row that is gone', async (t) => {
    const [one, other] = await twoDatabases(t);
    for (const id of ['a', 'b', 'c']) await addPack(one, id, new Uint8Array());
    await one.deleteFrom('packs').where('id', 'in', ['b', 'c']).execute();
    await copyState(one, other, options);
    await addPack(other, 'd', new Uint8Array());
    const { number } = await other
      .selectFrom('packs')
      .select('number')
      .where('id', '=', 'd')
      .executeTakeFirstOrThrow();
    assert.equal(number, 4);
  });

  it('refuses a target that is not empty, and leaves it as it is', async (t) => {
    const [one, other] = await twoDatabases(t);
    await writeSetting(other, 'api_port', '1');
    await assert.rejects(copyState(one, other, options), {
      code: 'database_unusable',
      message: /not empty: there are rows in settings/,
    });
    assert.equal(await readSetting(other, 'api_port'), '1');
    await copyState(one, other, { ...options, replaces: true });
    assert.equal(await readSetting(other, 'api_port'), undefined);
    assert.equal(await readSetting(other, 'database_copy'), 'new:1');
  });

  it('leaves nothing behind when it fails in the middle', async (t) => {
    const [one, other] = await twoDatabases(t);
    const failing = {
      ...options,
      onProgress: ({ table }: { table: string }) => {
        if (table === 'settings') throw new Error('the cable');
      },
    };
    await assert.rejects(copyState(one, other, failing), /the cable/);
    assert.equal((await other.selectFrom('apps').selectAll().execute()).length, 0);
    await copyState(one, other, options);
  });

  it('reads all rows of a table whose key has two parts, once', async (t) => {
    const [one] = await twoDatabases(t);
    const rows = Array.from({ length: 1_000 }, (_, number) => ({
      app_id: 'app_1',
      process: `p${number}`,
      instances: number,
    }));
    await one.insertInto('app_scales').values(rows).execute();
    const table = (await listTables()).find(({ name }) => name === 'app_scales');
    assert.ok(table !== undefined);
    const read: unknown[] = [];
    for await (const some of readRows(one as unknown as Kysely<AnyTables>, table))
      read.push(...some.map(({ process }) => process));
    assert.equal(read.length, 1_000);
    assert.equal(new Set(read).size, 1_000);
  });
});

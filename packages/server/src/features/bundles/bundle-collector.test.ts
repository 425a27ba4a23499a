import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { hashTree, manifestId, packChunks, planPacks, scanTree } from '@rig-ops/bundle';
import { BlobStore } from '@rig-ops/bundle/store';
import { openDatabase } from '../../store/database.ts';
import { MemoryLog } from '../../testing/memory-log.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { SqlAppStore } from '../apps/sql-app-store.ts';
import { BundleCollector } from './bundle-collector.ts';
import { SqlBundleStore } from './sql-bundle-store.ts';
import { SqlPackIndex } from './sql-pack-index.ts';

const HOUR = 60 * 60 * 1000;
const appId = 'app_shop';

async function open(t: TestContext) {
  const folder = await makeTemporaryFolder(t);
  const db = await openDatabase(join(folder, 'rigd.sqlite'));
  t.after(() => db.destroy());
  await new SqlAppStore(db).create({ id: appId, name: 'shop', network: 'default', createdAt: '' });
  let now = Date.parse('2026-01-02T03:04:05.678Z');
  const clock = { now: () => new Date(now) };
  const bundles = new SqlBundleStore(db);
  const packs = new SqlPackIndex(db);
  const blobs = new BlobStore(join(folder, 'blobs'), packs, { now: () => clock.now().toISOString() });
  const inUse = new Set<string>();
  const collector = new BundleCollector({
    appIds: async () => [appId],
    inUse: async () => inUse,
    bundles,
    packs,
    blobs,
    clock,
    log: new MemoryLog().logger,
  });
  const source = await makeTemporaryFolder(t);
  const announce = async (files: Record<string, string>) => {
    for (const name of readdirSync(source)) rmSync(join(source, name));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(source, name), text);
    const scan = await scanTree(source);
    const manifest = await hashTree(scan);
    const id = manifestId(manifest);
    await bundles.announce({ id, appId, manifest, at: clock.now().toISOString() });
    return { scan, manifest, id };
  };
  const upload = async (files: Record<string, string>) => {
    const { scan, manifest, id } = await announce(files);
    for (const plan of planPacks(manifest, await blobs.missing(appId, manifest))) {
      const pack = await packChunks(scan, plan);
      await blobs.putPack(appId, pack.id, pack.bytes);
    }
    await bundles.markCommitted(appId, id, clock.now().toISOString());
    return id;
  };
  return {
    blobs,
    bundles,
    collector,
    inUse,
    announce,
    upload,
    wait: (ms: number) => {
      now += ms;
    },
    files: () => readdirSync(join(folder, 'blobs', appId)),
    materialises: async (id: string) => {
      const target = join(await makeTemporaryFolder(t), 'tree');
      const bundle = await bundles.find(appId, id);
      assert.ok(bundle);
      await blobs.materialise(appId, bundle.manifest, target);
      return readdirSync(target).toSorted();
    },
    packFile: (name: string) => join(folder, 'blobs', appId, name),
  };
}

test('what a release runs and the last bundles stay, the rest goes when its time is over', async (t) => {
  const store = await open(t);
  const released = await store.upload({ a: 'one', common: 'all' });
  store.inUse.add(released);
  const forgotten = await store.upload({ a: 'two', common: 'all' });
  const last: string[] = [];
  for (const text of ['three', 'four', 'five']) {
    store.wait(1);
    last.push(await store.upload({ a: text }));
  }
  assert.deepEqual(await store.collector.collect(), { bundles: 0, packs: 0, bytes: 0 });
  store.wait(25 * HOUR);
  const { bundles, packs, bytes } = await store.collector.collect();
  assert.deepEqual([bundles, packs], [1, 1]);
  assert.ok(bytes > 0);
  assert.equal(await store.bundles.find(appId, forgotten), undefined);
  assert.equal(store.files().length, 4);
  assert.deepEqual(await store.materialises(released), ['a', 'common']);
  for (const id of last) assert.deepEqual(await store.materialises(id), ['a']);
  assert.deepEqual(await store.collector.collect(), { bundles: 0, packs: 0, bytes: 0 });
});

test('an upload under way keeps what it was told to be there', async (t) => {
  const store = await open(t);
  await store.upload({ old: 'content' });
  for (const text of ['1', '2', '3']) {
    store.wait(1);
    await store.upload({ other: text });
  }
  store.wait(25 * HOUR);
  const again = await store.announce({ old: 'content', more: 'new' });
  assert.deepEqual((await store.blobs.missing(appId, again.manifest)).length, 1);
  const { packs } = await store.collector.collect();
  assert.equal(packs, 0, 'the pack of the old content is needed by the bundle that is coming');
  for (const plan of planPacks(again.manifest, await store.blobs.missing(appId, again.manifest))) {
    const pack = await packChunks(again.scan, plan);
    await store.blobs.putPack(appId, pack.id, pack.bytes);
  }
  assert.deepEqual(await store.blobs.missing(appId, again.manifest), []);
});

test('an upload that was given up goes, and what it had brought', async (t) => {
  const store = await open(t);
  const { scan, manifest } = await store.announce({ a: 'x', b: 'y' });
  const [plan] = planPacks(manifest, await store.blobs.missing(appId, manifest));
  assert.ok(plan);
  const pack = await packChunks(scan, plan);
  await store.blobs.putPack(appId, pack.id, pack.bytes);
  store.wait(23 * HOUR);
  assert.equal((await store.collector.collect()).bundles, 0);
  store.wait(2 * HOUR);
  const { bundles, packs } = await store.collector.collect();
  assert.deepEqual([bundles, packs, store.files().length], [1, 1, 0]);
});

test('it leaves an app alone that somebody is at, and clears what a kill has left', async (t) => {
  const store = await open(t);
  const id = await store.upload({ a: 'x' });
  const orphan = store.packFile(`${'0'.repeat(64)}.pack`);
  writeFileSync(orphan, 'its entry went, then the power');
  const busy = await store.blobs.sharing(appId, () => store.collector.collectApp(appId));
  assert.equal(busy, undefined);
  assert.ok(existsSync(orphan));
  await store.collector.collect();
  assert.equal(existsSync(orphan), false);
  assert.deepEqual(await store.materialises(id), ['a']);
});

test('content of an app that is gone goes', async (t) => {
  const store = await open(t);
  const id = await store.upload({ a: 'x' });
  const gone = store.packFile('../app_gone');
  mkdirSync(gone);
  writeFileSync(join(gone, `${'0'.repeat(64)}.pack`), 'came while the app was destroyed');
  await store.collector.collect();
  assert.equal(existsSync(gone), false);
  assert.deepEqual(await store.materialises(id), ['a']);
});

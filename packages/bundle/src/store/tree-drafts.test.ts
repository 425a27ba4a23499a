import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { chunkDigestsOf } from '../manifest/missing-bitmap.ts';
import { hashTree } from '../manifest/hash-tree.ts';
import { packChunks } from '../pack/pack-chunks.ts';
import { planPacks } from '../pack/plan-packs.ts';
import { scanTree } from '../scan/scan-tree.ts';
import { failsWith } from '../testing/expect-error.ts';
import { FakePackIndex } from '../testing/fake-pack-index.ts';
import { Random } from '../testing/random.ts';
import { readTree } from '../testing/read-tree.ts';
import { makeFolder, makeTree } from '../testing/temporary-folder.ts';
import { BlobStore } from './blob-store.ts';

const random = new Random(3);
const bytes = () => random.bytes(20_000);

/** Enough content for packs that other threads store. */
function makeSource(t: TestContext): string {
  const files = Array.from({ length: 400 }, (_, number) => [`d${number % 9}/f${number}`, bytes()] as const);
  return makeTree(t, {
    ...Object.fromEntries(files),
    'd1/same': files[1]?.[1] ?? '',
    'd2/run': { script: 'x'.repeat(3000) },
    'd3/empty': '',
    'd4/link': { link: '../d2/run' },
    'e/none': null,
  });
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!isSo()) {
    assert.ok(performance.now() < end, 'it does not come about');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function openStore(t: TestContext) {
  const dir = join(makeFolder(t), 'blobs');
  const store = new BlobStore(dir, new FakePackIndex());
  const drafts = () => (existsSync(join(dir, '.drafts')) ? readdirSync(join(dir, '.drafts')) : []);
  return { dir, store, drafts };
}

/** Uploads a tree, of which the store is told what is going to come, as while it is being read. */
async function uploadExpected(store: BlobStore, root: string): Promise<BundleManifest> {
  const scan = await scanTree(root);
  const manifest = await hashTree(scan);
  const missing = await store.missingOf('app', chunkDigestsOf(manifest));
  await store.expect('app', manifest.entries, missing);
  for (const plan of planPacks(manifest, missing)) {
    const pack = await packChunks(scan, plan);
    await store.putPack('app', pack.id, pack.bytes);
  }
  return manifest;
}

test('a tree that was begun while its content came is the same, and is not written twice', async (t) => {
  const root = makeSource(t);
  const { store, dir, drafts } = openStore(t);
  const manifest = await uploadExpected(store, root);
  const [draft = ''] = drafts();
  const target = join(dir, 'trees', 'one');
  await store.materialise('app', manifest, target);
  assert.deepEqual(readTree(target), readTree(root));
  assert.notEqual(draft, '');
  assert.deepEqual(drafts(), []);
  const again = join(dir, 'trees', 'two');
  await store.materialise('app', manifest, again);
  assert.deepEqual(readTree(again), readTree(root), 'and the next one comes from the packs');
});

test('what is in a draft does not have to come from a pack', async (t) => {
  const root = makeSource(t);
  const { store, dir } = openStore(t);
  const manifest = await uploadExpected(store, root);
  const packs = readdirSync(join(dir, 'app')).filter((name) => name.endsWith('.pack'));
  const large = packs.filter((name) => statSync(join(dir, 'app', name)).size > 1024 * 1024);
  assert.ok(large.length > 1);
  for (const name of large) rmSync(join(dir, 'app', name));
  const target = join(dir, 'trees', 'one');
  await store.materialise('app', manifest, target);
  assert.deepEqual(readTree(target), readTree(root));
  await assert.rejects(store.materialise('app', manifest, join(dir, 'two')), failsWith('pack_damaged'));
});

test('of a tree that is there but for one file all else is written before that file has come', async (t) => {
  const root = makeSource(t);
  const { store, dir, drafts } = openStore(t);
  await uploadExpected(store, root);
  await store.materialise('app', await hashTree(await scanTree(root)), join(dir, 'trees', 'one'));
  await until(() => drafts().length === 0);
  writeFileSync(join(root, 'd5/f5'), 'other');
  rmSync(join(root, 'd6/f6'));
  const scan = await scanTree(root);
  const manifest = await hashTree(scan);
  const missing = await store.missingOf('app', chunkDigestsOf(manifest));
  store.prepare('app', manifest, missing);
  await until(() => drafts().length === 1);
  const draft = join(dir, '.drafts', drafts()[0] ?? '');
  const files = manifest.entries.filter((entry) => entry.type === 'file' && entry.size > 0).length;
  await until(() => Object.values(readTree(draft)).filter((kind) => kind !== 'folder').length === files - 1);
  const packs = readdirSync(join(dir, 'app')).filter((name) => name.endsWith('.pack'));
  for (const name of packs) rmSync(join(dir, 'app', name));
  for (const plan of planPacks(manifest, missing)) {
    const pack = await packChunks(scan, plan);
    await store.putPack('app', pack.id, pack.bytes);
  }
  const target = join(dir, 'trees', 'two');
  await store.materialise('app', manifest, target);
  assert.deepEqual(readTree(target), readTree(root));
});

test('a draft of another tree is of no use, and goes', async (t) => {
  const root = makeSource(t);
  const { store, dir, drafts } = openStore(t);
  await uploadExpected(store, root);
  for (const change of [
    () => rmSync(join(root, 'd5/f5')),
    () => writeFileSync(join(root, 'd6/f6'), 'other'),
    () => chmodSync(join(root, 'd7/f7'), 0o755),
  ]) {
    change();
    const manifest = await uploadExpected(store, root);
    assert.equal(drafts().length, 1);
    const target = join(makeFolder(t), 'target');
    await store.materialise('app', manifest, target);
    assert.deepEqual(readTree(target), readTree(root));
    await until(() => drafts().length === 0);
    rmSync(join(dir, 'app'), { recursive: true });
    await store.removeApp('app');
    await uploadExpected(store, root);
  }
});

test('a draft that cannot be written is no reason for anything to fail', async (t) => {
  const root = makeSource(t);
  const { store, dir, drafts } = openStore(t);
  const scan = await scanTree(root);
  const manifest = await hashTree(scan);
  const missing = await store.missingOf('app', chunkDigestsOf(manifest));
  await store.expect('app', manifest.entries, missing);
  const [draft = ''] = drafts();
  // In the way of the first folder.
  writeFileSync(join(dir, '.drafts', draft, 'd0'), '');
  for (const plan of planPacks(manifest, missing)) {
    const pack = await packChunks(scan, plan);
    await store.putPack('app', pack.id, pack.bytes);
  }
  const target = join(makeFolder(t), 'target');
  await store.materialise('app', manifest, target);
  assert.deepEqual(readTree(target), readTree(root));
  await until(() => drafts().length === 0);
});

test('who goes on announcing what never comes fills neither memory nor disk', async (t) => {
  const { store, drafts } = openStore(t);
  const entries = Array.from({ length: 50_000 }, (_, number) => ({
    type: 'file' as const,
    path: `f${number}`,
    executable: false,
    size: 1,
    chunks: [number.toString(16).padStart(64, '0')],
  }));
  const missing = new Set(entries.flatMap(({ chunks }) => chunks));
  for (let round = 0; round < 8; round += 1) await store.expect('app', entries, missing);
  assert.equal(drafts().length, 1);
  await store.expect('app', entries, missing);
  assert.deepEqual(drafts(), []);
});

test('no draft outlives its app or its process', async (t) => {
  const root = makeSource(t);
  const { store, dir, drafts } = openStore(t);
  await uploadExpected(store, root);
  assert.equal(drafts().length, 1);
  await store.removeApp('app');
  assert.deepEqual(drafts(), []);
  mkdirSync(join(dir, '.drafts', 'app.7', 'd1'), { recursive: true });
  writeFileSync(join(dir, '.drafts', 'app.7', 'd1', 'f'), 'of a killed process');
  assert.deepEqual(await new BlobStore(dir, new FakePackIndex()).appIds(), []);
  assert.deepEqual(drafts(), []);
});

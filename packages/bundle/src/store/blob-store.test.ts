import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { BUNDLE_LIMITS, CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { hashTree } from '../manifest/hash-tree.ts';
import { packChunks } from '../pack/pack-chunks.ts';
import { encodePack } from '../pack/pack-layout.ts';
import { planPacks } from '../pack/plan-packs.ts';
import { scanTree } from '../scan/scan-tree.ts';
import { failsWith } from '../testing/expect-error.ts';
import { FakePackIndex } from '../testing/fake-pack-index.ts';
import { packIndexContract } from '../testing/pack-index-contract.ts';
import { Random } from '../testing/random.ts';
import { readTree } from '../testing/read-tree.ts';
import { makeFolder, makeTree, type TreePlan } from '../testing/temporary-folder.ts';
import { BlobStore } from './blob-store.ts';
import { asDiskFull } from './write-durably.ts';

packIndexContract('FakePackIndex', async () => new FakePackIndex());

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const random = new Random(1);

function openStore(t: TestContext) {
  const dir = join(makeFolder(t), 'blobs');
  return { dir, store: new BlobStore(dir, new FakePackIndex()) };
}

/** Uploads what a store lacks of a tree, as a client would. */
async function upload(store: BlobStore, root: string): Promise<{ manifest: BundleManifest; sent: number }> {
  const scan = await scanTree(root);
  const manifest = await hashTree(scan);
  const plans = planPacks(manifest, await store.missing('app', manifest));
  for (const plan of plans) {
    const { id, bytes } = await packChunks(scan, plan);
    assert.equal(await store.putPack('app', id, bytes), plan.chunks.length);
  }
  return { manifest, sent: plans.length };
}

const large = random.bytes(CHUNK_BYTES + 100);
const tree: TreePlan = {
  'index.js': 'console.log(1)\n',
  'same.js': 'console.log(1)\n',
  'bin/run': { script: '#!/bin/sh\necho "hi"\n' },
  empty: '',
  'a/b/c/none': null,
  'a/link': { link: '../bin/run' },
  'a/broken': { link: 'nowhere' },
  bytes: random.bytes(100_000),
  large,
  zeros: Buffer.alloc(3_000_000),
  'cafe\u0301/ ü\n\t"': 'odd names',
};

test('a tree comes out as it went in', async (t) => {
  const root = makeTree(t, tree);
  const { store } = openStore(t);
  const { manifest } = await upload(store, root);
  const target = join(makeFolder(t), 'deep', 'target');
  await store.materialise('app', manifest, target);
  const expected = Object.fromEntries(
    Object.entries(readTree(root)).map(([path, content]) => [path.normalize('NFC'), content]),
  );
  assert.deepEqual(readTree(target), expected);
});

test('what has arrived is not sent again', async (t) => {
  const root = makeTree(t, tree);
  const { store, dir } = openStore(t);
  assert.equal((await upload(store, root)).sent > 1, true);
  assert.equal((await upload(store, root)).sent, 0);
  writeFileSync(join(root, 'index.js'), 'console.log(2)\n');
  appendFileSync(join(root, 'large'), 'more');
  const scan = await scanTree(root);
  const manifest = await hashTree(scan);
  const missing = await store.missing('app', manifest);
  assert.equal(missing.length, 2, 'the changed file and the last chunk of the large one');
  assert.equal((await store.missing('other', manifest)).length > 2, true, 'apps share nothing');
  const before = readdirSync(join(dir, 'app')).length;
  await upload(store, root);
  assert.equal(readdirSync(join(dir, 'app')).length, before + 1);
});

test('a pack that comes twice, also at once, is stored once', async (t) => {
  const { store, dir } = openStore(t);
  const root = makeTree(t, { a: 'x' });
  const scan = await scanTree(root);
  const manifest = await hashTree(scan);
  const [plan] = planPacks(manifest, await store.missing('app', manifest));
  assert.ok(plan);
  const { id, bytes } = await packChunks(scan, plan);
  const stored = await Promise.all([store.putPack('app', id, bytes), store.putPack('app', id, bytes)]);
  assert.deepEqual([...stored, await store.putPack('app', id, bytes)], [1, 1, 1]);
  assert.deepEqual(readdirSync(join(dir, 'app')), [`${id}.pack`]);
});

const content = Buffer.from('hello');
const frame = zstdCompressSync(content);
const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024));
const good = () => encodePack([content.length], frame);
const spoilt = (change: (pack: Buffer) => Buffer) => change(good());
const badPacks: [what: string, bytes: Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['something else', Buffer.from('PK not a pack at all, but long enough')],
  ['a cut head', spoilt((pack) => pack.subarray(0, 14))],
  ['a cut frame', spoilt((pack) => pack.subarray(0, -1))],
  ['a head of more than there is', spoilt((pack) => (pack.writeUInt32LE(0xffffffff, 8), pack))],
  ['no chunk', encodePack([], frame)],
  ['an empty chunk', encodePack([5, 0], frame)],
  ['a chunk that ends behind the content', encodePack([6], frame)],
  ['content behind the last chunk', encodePack([4], frame)],
  ['a chunk that is too large', encodePack([CHUNK_BYTES + 1], frame)],
  ['a frame that is none', encodePack([5], Buffer.from('no frame'))],
  ['a bomb', encodePack([5], bomb)],
  ['a large bomb', encodePack([CHUNK_BYTES], bomb)],
  [
    'many large chunks',
    encodePack(
      Array.from({ length: 9 }, () => CHUNK_BYTES),
      frame,
    ),
  ],
  [
    'too many chunks',
    encodePack(
      Array.from({ length: 70_000 }, () => 1),
      zstdCompressSync(Buffer.alloc(70_000)),
    ),
  ],
  ['too many bytes', Buffer.alloc(BUNDLE_LIMITS.packBytes + 1)],
];
for (const [what, bytes] of badPacks) {
  test(`refuses a pack with ${what} and keeps nothing of it`, async (t) => {
    const { store, dir } = openStore(t);
    await assert.rejects(store.putPack('app', sha256(bytes), bytes), failsWith('invalid_bundle'));
    assert.ok(!existsSync(join(dir, 'app')) || readdirSync(join(dir, 'app')).length === 0);
  });
}

test('refuses a pack of another name', async (t) => {
  const { store } = openStore(t);
  const wrong = store.putPack('app', sha256(content), good());
  await assert.rejects(wrong, failsWith('invalid_bundle', /digest it is named by/));
});

test('what a killed process left half-written goes with the next pack', async (t) => {
  const { store, dir } = openStore(t);
  mkdirSync(join(dir, 'app'), { recursive: true });
  writeFileSync(join(dir, 'app', 'f00.pack.part'), 'half');
  const pack = good();
  await store.putPack('app', sha256(pack), pack);
  assert.deepEqual(readdirSync(join(dir, 'app')), [`${sha256(pack)}.pack`]);
});

test('an incomplete bundle is told and leaves no folder', async (t) => {
  const { store } = openStore(t);
  const manifest = await hashTree(await scanTree(makeTree(t, { a: 'x', b: 'y' })));
  const target = join(makeFolder(t), 'target');
  await assert.rejects(
    store.materialise('app', manifest, target),
    failsWith('bundle_incomplete', /2 chunks/),
  );
  assert.equal(existsSync(target), false);
});

for (const [how, damage] of [
  ['a flipped bit', flipBit],
  ['a file that was cut', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, -5))],
  ['a file that is gone', (file: string) => rmSync(file)],
] as const) {
  test(`${how} on the disk is told, the pack set aside, and its content asked for again`, async (t) => {
    const { store, dir } = openStore(t);
    const root = makeTree(t, { a: 'x'.repeat(1000), b: random.bytes(1000) });
    const { manifest } = await upload(store, root);
    const [name] = readdirSync(join(dir, 'app'));
    damage(join(dir, 'app', name ?? ''));
    const target = join(makeFolder(t), 'target');
    await assert.rejects(
      store.materialise('app', manifest, target),
      failsWith('pack_damaged', new RegExp(name?.replace('.pack', '') ?? 'none')),
    );
    assert.equal(existsSync(target), false);
    assert.deepEqual(readdirSync(join(dir, 'app')), []);
    const set = how === 'a file that is gone' ? [] : [join(dir, '.damaged', 'app', name ?? '')];
    assert.deepEqual(
      (await store.damagedPacks()).map(({ file }) => file),
      set,
    );
    assert.equal((await store.missing('app', manifest)).length, 2);
    await upload(store, root);
    await store.materialise('app', manifest, target);
    assert.deepEqual(readTree(target), readTree(root));
    await store.removeApp('app');
    assert.deepEqual(await store.damagedPacks(), []);
  });
}

/** In the content of the last chunk, behind what could be noticed by its form alone. */
function flipBit(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

test('a large tree is written by another thread, stops when told to, and tells the same errors', async (t) => {
  const { store, dir } = openStore(t);
  const plan = Object.fromEntries(
    Array.from({ length: 600 }, (_, number) => [`d${number % 7}/f${number}`, `content ${number}`] as const),
  );
  const root = makeTree(t, { ...plan, large });
  const { manifest } = await upload(store, root);
  const target = join(makeFolder(t), 'target');
  await store.materialise('app', manifest, target);
  assert.deepEqual(readTree(target), readTree(root));
  await assert.rejects(store.materialise('app', manifest, target), { code: 'EEXIST' });
  const stop = new AbortController();
  const stopped = store.materialise('app', manifest, join(target, 'new'), { signal: stop.signal });
  stop.abort(new Error('enough'));
  await assert.rejects(stopped, /^Error: enough$/);
  assert.equal(existsSync(join(target, 'new')), false);
  flipBit(join(dir, 'app', readdirSync(join(dir, 'app'))[0] ?? ''));
  await assert.rejects(store.materialise('app', manifest, join(target, 'new')), failsWith('pack_damaged'));
});

test('packs that are not needed go with the files that no entry names; others wait meanwhile', async (t) => {
  const { store, dir } = openStore(t);
  const first = await upload(store, makeTree(t, { a: 'x' }));
  const [old] = readdirSync(join(dir, 'app'));
  const second = await upload(store, makeTree(t, { b: 'y' }));
  writeFileSync(join(dir, 'app', `${'0'.repeat(64)}.pack`), 'left by a kill');
  const pack = good();
  const cleared = store.aloneIfFree('app', async () => {
    const later = store.putPack('app', sha256(pack), pack);
    await store.removePacks('app', [old?.replace('.pack', '') ?? '']);
    assert.equal(readdirSync(join(dir, 'app')).length, 1);
    return { later };
  });
  await (await cleared)?.later;
  assert.equal(readdirSync(join(dir, 'app')).length, 2);
  assert.equal((await store.missing('app', first.manifest)).length, 1);
  assert.equal((await store.missing('app', second.manifest)).length, 0);
  const busy = store.sharing('app', async () => await store.aloneIfFree('app', async () => 'alone'));
  assert.equal(await busy, undefined);
});

test('writes into an empty folder, never into another', async (t) => {
  const { store } = openStore(t);
  const { manifest } = await upload(store, makeTree(t, { a: 'x' }));
  const target = makeFolder(t);
  await store.materialise('app', manifest, target);
  assert.deepEqual(Object.keys(readTree(target)), ['a']);
  await assert.rejects(store.materialise('app', manifest, target), { code: 'EEXIST' });
  assert.deepEqual(Object.keys(readTree(target)), ['a']);
});

test('refuses a file whose size is not that of its content', async (t) => {
  const { store } = openStore(t);
  const { manifest } = await upload(store, makeTree(t, { a: 'x'.repeat(1000) }));
  const target = join(makeFolder(t), 'target');
  for (const size of [1, 999, 1001]) {
    const entries = manifest.entries.map((entry) => ({ ...entry, size }));
    await assert.rejects(
      store.materialise('app', { version: 1, entries }, target),
      failsWith('invalid_bundle', /^a does not have the size/),
    );
    assert.equal(existsSync(target), false);
  }
});

test('refuses to write what is not safe', async (t) => {
  const { store } = openStore(t);
  const target = join(makeFolder(t), 'target');
  const entry = { type: 'file' as const, path: '../out', executable: false, size: 0, chunks: [] };
  await assert.rejects(
    store.materialise('app', { version: 1, entries: [entry] }, target),
    failsWith('invalid_bundle'),
  );
  assert.equal(existsSync(target), false);
});

test('stops when told to and leaves no folder', async (t) => {
  const { store } = openStore(t);
  const { manifest } = await upload(store, makeTree(t, { a: 'x', b: 'y' }));
  const target = join(makeFolder(t), 'target');
  const signal = AbortSignal.abort(new Error('enough'));
  await assert.rejects(store.materialise('app', manifest, target, { signal }), /^Error: enough$/);
  assert.equal(existsSync(target), false);
});

test('a full disk is called so', () => {
  for (const code of ['ENOSPC', 'EDQUOT']) {
    assert.ok(failsWith('disk_full')(asDiskFull(Object.assign(new Error('no'), { code }))));
  }
  const other = Object.assign(new Error('no'), { code: 'EIO' });
  assert.equal(asDiskFull(other), other);
});

test('an app that is removed takes its packs with it', async (t) => {
  const { store, dir } = openStore(t);
  const { manifest } = await upload(store, makeTree(t, { a: 'x' }));
  await store.removeApp('app');
  assert.equal(existsSync(join(dir, 'app')), false);
  assert.equal((await store.missing('app', manifest)).length, 1);
  await store.removeApp('app');
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hashTree, scanTree } from '@rig-ops/bundle';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import { type FakePlatform, startFakePlatform } from '../testing/fake-platform.ts';
import { makeSource } from '../testing/make-source.ts';
import { uploadBundle, type UploadProgress } from './upload-bundle.ts';

const MIB = 1024 * 1024;
const { signal } = new AbortController();

test('several packs go up and are counted, and the tree that comes out is the same', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  const files = Object.fromEntries(
    Array.from({ length: 5 }, (_, number) => [`f${number}`, randomBytes(5 * MIB)] as const),
  );
  const root = makeSource(t, { ...files, 'same as f0': files.f0 ?? '' });
  const scan = await scanTree(root);
  const manifest = await hashTree(scan);
  const told: UploadProgress[] = [];
  const onProgress = (progress: UploadProgress) => told.push(progress);
  const result = await uploadBundle(client, { app: 'shop', scan, manifest, signal, onProgress });
  assert.deepEqual([result.files, result.bytes, result.reusedBytes], [6, 30 * MIB, 5 * MIB]);
  assert.ok(result.sentBytes > 25 * MIB);
  assert.deepEqual(told.at(0), { totalBytes: 25 * MIB, doneBytes: 0 });
  assert.deepEqual(told.at(-1), { totalBytes: 25 * MIB, doneBytes: 25 * MIB });
  assert.equal(told.length, 6, 'once per pack that was acknowledged');
  assert.equal(result.uploadedBytes, 25 * MIB);
  assert.equal(platform.asked.filter((asked) => asked.includes('/packs/')).length, 5);
  const target = join(rigHome, 'target');
  await platform.blobs.materialise('shop', manifest, target);
  assert.deepEqual(await hashTree(await scanTree(target)), manifest);
});

test('what the platform found missing at the commit is sent again', async (t) => {
  const { platform, client } = await startFakePlatform(t);
  platform.apps.add('shop');
  const root = makeSource(t, { a: 'one', b: 'two' });
  const scan = await scanTree(root);
  const manifest = await hashTree(scan);
  let lost = false;
  platform.onRequest = (asked) => {
    if (lost || !asked.endsWith('/commit')) return;
    lost = true;
    throw new RigError('bundle_incomplete', 'Something went while it came.');
  };
  const options = { app: 'shop', scan, manifest, signal, onProgress: () => undefined };
  await uploadBundle(client, options);
  assert.deepEqual(
    platform.asked.map((asked) => asked.replace(/^(\w+) \/v1\/apps\/shop\//, '$1 ')),
    ['PUT bundles/*', 'PUT packs/*', 'POST bundles/*/commit', 'PUT bundles/*'],
  );
});

test('one pack that fails ends the upload with its error', async (t) => {
  const { platform, client } = await startFakePlatform(t);
  platform.apps.add('shop');
  const root = makeSource(t, { a: randomBytes(5 * MIB), b: randomBytes(5 * MIB), c: randomBytes(5 * MIB) });
  const scan = await scanTree(root);
  const manifest = await hashTree(scan);
  rmSync(join(root, 'b'));
  const upload = uploadBundle(client, { app: 'shop', scan, manifest, signal, onProgress: () => undefined });
  await assert.rejects(upload, (error) => isRigError(error) && error.code === 'source_changed');
  assert.ok(!platform.asked.some((asked) => asked.endsWith('/commit')));
});

/** Content for more slices than go up at once. */
const manyFiles = () =>
  Object.fromEntries(
    Array.from({ length: 1200 }, (_, number) => [`d${number % 7}/f${number}`, randomBytes(12_000)] as const),
  );

/** What was asked, without what tells apps and digests apart. */
const kinds = (platform: FakePlatform) =>
  platform.asked.map((asked) => asked.replace(/^(\w+) \/v1\/apps\/shop\//, '$1 '));

async function uploadTree(t: TestContext, files = manyFiles()) {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  const root = makeSource(t, files);
  const told: UploadProgress[] = [];
  const bring = async () => {
    platform.asked.length = 0;
    told.length = 0;
    const scan = await scanTree(root);
    const onProgress = (progress: UploadProgress) => told.push(progress);
    return await uploadBundle(client, { app: 'shop', scan, signal, onProgress });
  };
  const isWhole = async (bundle: string) => {
    const target = join(rigHome, `target-${bundle}`);
    const manifest = platform.bundles.get(bundle);
    assert.ok(manifest !== undefined);
    await platform.blobs.materialise('shop', manifest, target);
    assert.deepEqual(await hashTree(await scanTree(target)), await hashTree(await scanTree(root)));
  };
  return { platform, root, bring, told, isWhole };
}

test('content goes up while the rest is still being read, once', async (t) => {
  const { platform, bring, told, isWhole } = await uploadTree(t);
  const first = await bring();
  const asked = kinds(platform);
  assert.ok(asked.indexOf('PUT packs/*') < asked.indexOf('PUT bundles/*'), asked.join(', '));
  assert.ok(asked.filter((kind) => kind === 'PUT blocks').length > 1);
  assert.equal(first.uploadedBytes, 1200 * 12_000);
  assert.deepEqual(told.at(-1), { totalBytes: first.bytes, doneBytes: first.bytes });
  for (const { totalBytes, doneBytes } of told) assert.ok(doneBytes <= totalBytes);
  await isWhole(first.bundle);
  const second = await bring();
  assert.deepEqual([second.bundle, second.uploadedBytes], [first.bundle, 0]);
  assert.ok(second.sentBytes < 20_000, 'of what is known only the digests of blocks are sent');
});

test('of a tree that is there but for some files, only these go up, together', async (t) => {
  const { platform, root, bring, isWhole } = await uploadTree(t);
  await bring();
  for (const number of [3, 500, 1100])
    writeFileSync(join(root, `d${number % 7}/f${number}`), randomBytes(4000));
  const { uploadedBytes, bundle } = await bring();
  assert.equal(uploadedBytes, 3 * 4000);
  assert.equal(kinds(platform).filter((kind) => kind === 'PUT packs/*').length, 1);
  await isWhole(bundle);
});

test('an upload that fails while the rest is being read is gone on with, and nothing that arrived goes again', async (t) => {
  const { platform, bring, isWhole } = await uploadTree(t);
  let packs = 0;
  platform.onRequest = (asked) => {
    if (asked.includes('/packs/') && (packs += 1) === 5) throw new RigError('disk_full', 'No room.');
  };
  await assert.rejects(bring(), (error) => isRigError(error) && error.code === 'disk_full');
  assert.ok(!platform.asked.some((asked) => asked.endsWith('/commit')));
  await platform.settled();
  const there = platform.storedBytes('shop');
  assert.ok(there > 0 && there < 1200 * 12_000);
  const { uploadedBytes, reusedBytes, bundle } = await bring();
  assert.deepEqual([uploadedBytes, reusedBytes], [1200 * 12_000 - there, there]);
  await isWhole(bundle);
});

test('a file that changes between being read and being sent goes up as it was read', async (t) => {
  const { platform, root, bring } = await uploadTree(t);
  let changed = 0;
  platform.onRequest = (asked) => {
    if (!asked.endsWith('/blocks')) return;
    for (let number = 0; number < 1200; number += 1)
      writeFileSync(join(root, `d${number % 7}/f${number}`), `changed ${(changed += 1)}`);
    platform.onRequest = () => undefined;
  };
  const { bundle, bytes } = await bring();
  const manifest = platform.bundles.get(bundle);
  assert.ok(manifest !== undefined && bytes > 0);
  assert.deepEqual(await platform.blobs.missing('shop', manifest), []);
  assert.ok(bytes < 1200 * 12_000, 'what was not yet read is as it is when it is');
});

test('a file that goes while others are sent ends the upload with its name', async (t) => {
  const { platform, root, bring } = await uploadTree(t);
  platform.onRequest = (asked) => {
    if (asked.endsWith('/blocks')) rmSync(join(root, 'd6'), { recursive: true, force: true });
  };
  await assert.rejects(bring(), (error) => isRigError(error) && error.code === 'source_changed');
  assert.ok(!platform.asked.some((asked) => asked.includes('/bundles/')));
});

test('an upload that is stopped while the rest is being read stops', async (t) => {
  const { platform, client } = await startFakePlatform(t);
  platform.apps.add('shop');
  const scan = await scanTree(makeSource(t, manyFiles()));
  const stop = new AbortController();
  platform.onRequest = () => stop.abort(new Error('enough'));
  const upload = uploadBundle(client, {
    app: 'shop',
    scan,
    signal: stop.signal,
    onProgress: () => undefined,
  });
  await assert.rejects(upload, /^Error: enough$/);
});

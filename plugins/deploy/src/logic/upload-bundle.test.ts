import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hashTree, scanTree } from '@rig-ops/bundle';
import { isRigError, RigError } from '@rig-ops/contract/errors';
import { startFakePlatform } from '../testing/fake-platform.ts';
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

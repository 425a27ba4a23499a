import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { hashTree } from '../manifest/hash-tree.ts';
import { scanTree } from '../scan/scan-tree.ts';
import { failsWith } from '../testing/expect-error.ts';
import { makeTree } from '../testing/temporary-folder.ts';
import { packChunks } from './pack-chunks.ts';
import { planPacks } from './plan-packs.ts';

const MIB = 1024 * 1024;
const digestOf = (number: number) => number.toString(16).padStart(64, '0');
const manifestOf = (sizes: number[]): BundleManifest => ({
  version: 1,
  entries: sizes.map((size, number) => ({
    type: 'file',
    path: `f${number}`,
    executable: false,
    size,
    chunks: Array.from({ length: Math.ceil(size / CHUNK_BYTES) }, (_, index) =>
      digestOf(number * 100 + index),
    ),
  })),
});
const all = (manifest: BundleManifest) =>
  manifest.entries.flatMap((entry) => (entry.type === 'file' ? entry.chunks : []));

test('packs are filled to 4 to 8 MiB behind the first, each chunk once, in order', () => {
  const first = Array.from({ length: 9 }, (_, number) => 512 * 1024 * 2 ** Math.floor(number / 3));
  const manifest = manifestOf([...first, 1, 3 * MIB, 2 * MIB, 7 * MIB, 20 * MIB, 1, 1]);
  const plans = planPacks(manifest, all(manifest));
  assert.deepEqual(
    plans.slice(9).map(({ chunks }) => chunks.map(({ path, offset }) => `${path}+${offset / MIB}`)),
    [['f9+0', 'f10+0', 'f11+0'], ['f12+0'], ['f13+0'], ['f13+8'], ['f13+16'], ['f14+0', 'f15+0']],
  );
  assert.deepEqual(
    plans.map(({ contentBytes }) => contentBytes),
    [...first, 5 * MIB + 1, 7 * MIB, 8 * MIB, 8 * MIB, 4 * MIB, 2],
  );
});

test('only what is missing is planned, and what several files have only once', () => {
  const manifest = manifestOf([10, 20, 30]);
  const [first, , third] = manifest.entries;
  assert.ok(first?.type === 'file' && third?.type === 'file');
  third.chunks = first.chunks;
  assert.deepEqual(planPacks(manifest, []), []);
  const plans = planPacks(manifest, first.chunks);
  assert.deepEqual(plans, [
    { chunks: [{ digest: digestOf(0), path: 'f0', offset: 0, size: 10 }], contentBytes: 10 },
  ]);
});

test('tiny files are not packed without end', () => {
  const manifest = manifestOf(Array.from({ length: 10_000 }, () => 1));
  assert.deepEqual(
    planPacks(manifest, all(manifest)).map(({ chunks }) => chunks.length),
    [8192, 1808],
  );
});

test('a file that changed after it was hashed is not sent', async (t) => {
  const root = makeTree(t, { 'a.txt': 'one' });
  const scan = await scanTree(root);
  const manifest = await hashTree(scan);
  const [plan] = planPacks(manifest, all(manifest));
  assert.ok(plan);
  for (const other of ['two', 'longer', '']) {
    writeFileSync(join(root, 'a.txt'), other);
    await assert.rejects(packChunks(scan, plan), failsWith('source_changed', /a\.txt/));
  }
  writeFileSync(join(root, 'a.txt'), 'one');
  assert.equal((await packChunks(scan, plan)).contentBytes, 3);
});

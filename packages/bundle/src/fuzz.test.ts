import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import type { BundleEntry, BundleManifest } from '@rig-ops/contract/bundle-manifest';
import { isRigError } from '@rig-ops/contract/errors';
import { joinManifest, makeBlock, splitManifest } from './manifest/manifest-blocks.ts';
import { chunkDigestsOf } from './manifest/missing-bitmap.ts';
import { validateManifest } from './manifest/validate-manifest.ts';
import { encodePack } from './pack/pack-layout.ts';
import { verifyPack } from './pack/unpack-pack.ts';
import { materialiseTree } from './store/materialise-tree.ts';
import type { ChunkPlace } from './store/pack-index.ts';
import { Random } from './testing/random.ts';
import { makeFolder } from './testing/temporary-folder.ts';

const SEED = 4711;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Runs, and lets pass only what a client is to be told: an error of rig's own. */
function orRefusal(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    assert.ok(isRigError(error), `not rig's own: ${String(error instanceof Error ? error.stack : error)}`);
    return error.code;
  }
}

test('packs that were changed at random are refused or mean what they say, within bounds', () => {
  const random = new Random(SEED);
  const content = Buffer.concat([random.bytes(3000), Buffer.alloc(200_000)]);
  const sizes = [1000, 2000, 200_000];
  const good = encodePack(sizes, zstdCompressSync(content));
  const before = process.memoryUsage.rss();
  const codes = new Map<string | null, number>();
  for (let round = 0; round < 3000; round += 1) {
    const pack = Buffer.from(
      good.subarray(0, good.length - (random.below(4) === 0 ? random.below(good.length) : 0)),
    );
    for (let flips = random.below(4); flips > 0 && pack.length > 0; flips -= 1) {
      // Most of it in the head, where it means most.
      const at = random.below(random.below(2) === 0 ? Math.min(40, pack.length) : pack.length);
      pack[at] = random.below(3) === 0 ? 0xff : random.below(256);
    }
    const code = orRefusal(() => {
      const chunks = verifyPack(sha256(pack), pack);
      for (const { digest, offset, size } of chunks) {
        if (pack.equals(good)) assert.equal(digest, sha256(content.subarray(offset, offset + size)));
      }
    });
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  assert.deepEqual(new Set(codes.keys()), new Set([null, 'invalid_bundle']));
  assert.ok(process.memoryUsage.rss() - before < 200_000_000, 'no pack makes it take more than its bounds');
});

const names = [
  'a',
  'A',
  'b',
  'ä',
  'a\u0308',
  '..',
  '.',
  '',
  '\0',
  'x'.repeat(300),
  'c\\d',
  'CON',
  '-rf',
  ' ',
];
const targets = ['a', '../a', '../../etc', '/etc/passwd', 'b/../../c', '', '.', 'a/b', '\0', './../..'];

function anyEntry(random: Random, digests: readonly string[]): BundleEntry {
  const depth = random.below(8) === 0 ? 70 : 1 + random.below(3);
  const path = Array.from({ length: depth }, () => random.pick(names)).join('/');
  const kind = random.below(4);
  if (kind === 0) return { type: 'symlink', path, target: random.pick(targets) };
  if (kind === 1) return { type: 'directory', path: random.below(4) === 0 ? `/${path}` : path };
  const size = random.pick([0, 5, 5, 5, 6, -1, 1.5, Number.MAX_SAFE_INTEGER, 9_000_000]);
  const chunks = Array.from({ length: random.below(3) }, () => random.pick(digests));
  return { type: 'file', path, executable: random.below(2) === 0, size, chunks };
}

test('manifests made at random are refused, or their trees stay where they belong', (t) => {
  const random = new Random(SEED);
  const content = Buffer.from('hello');
  const pack = encodePack([content.length], zstdCompressSync(content));
  const packId = sha256(pack);
  const packDir = makeFolder(t);
  writeFileSync(join(packDir, `${packId}.pack`), pack);
  const [{ digest } = { digest: '' }] = verifyPack(packId, Buffer.from(pack));
  const places = new Map<string, ChunkPlace>([[digest, { packId, offset: 0, size: content.length }]]);
  const around = makeFolder(t);
  let taken = 0;
  for (let round = 0; round < 4000; round += 1) {
    const entries = Array.from({ length: random.below(5) }, () =>
      anyEntry(random, [digest, 'f'.repeat(64), 'x']),
    );
    // Sorted, so that not everything fails at that.
    entries.sort((a, b) => (a.path < b.path ? -1 : 1));
    const manifest: BundleManifest = { version: 1, entries };
    const code = orRefusal(() => validateManifest(manifest));
    if (code === null) {
      assert.deepEqual(joinManifest(splitManifest(manifest).map(({ text }) => text)).manifest, manifest);
      chunkDigestsOf(manifest);
    }
    const target = join(around, 'tree');
    const written = orRefusal(() =>
      materialiseTree(manifest, places, { packDir, targetDir: join(target, String(round)) }),
    );
    if (code !== null) assert.equal(written, code);
    if (written === null) taken += 1;
  }
  assert.ok(taken > 100, `${taken} were fine, or this tests nothing`);
  assert.deepEqual(
    readdirSync(around).filter((name) => name !== 'tree'),
    [],
  );
});

test('a block is told by its text, whatever an entry holds beside what counts', () => {
  const odd = JSON.parse(
    '{"__proto__":{"x":1},"type":"directory","path":"a","constructor":1}',
  ) as BundleEntry;
  assert.equal(makeBlock([odd]).text, '{"type":"directory","path":"a"}');
});

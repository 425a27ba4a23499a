import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import { StatCache } from '../cache/stat-cache.ts';
import { scanTree } from '../scan/scan-tree.ts';
import { failsWith } from '../testing/expect-error.ts';
import { Random } from '../testing/random.ts';
import { makeFolder, makeTree } from '../testing/temporary-folder.ts';
import { hashTree } from './hash-tree.ts';
import { type ManifestBlock, splitManifest } from './manifest-blocks.ts';
import { TreeSlicer } from './tree-slicer.ts';

const KIB = 1024;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const random = new Random(5);

/** Makes all slices; checks that what each holds is what it says. */
async function sliceAll(slicer: TreeSlicer) {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const blocks: ManifestBlock[] = [];
  const held: string[][] = [];
  for (let last = false; !last; ) {
    const slice = await slicer.next(buffer);
    ({ last } = slice);
    blocks.push(...slice.blocks);
    for (const { digest, offset, size } of slice.held)
      assert.equal(sha256(buffer.subarray(offset, offset + size)), digest);
    held.push(slice.held.map(({ digest }) => digest));
    const known = new Set(slice.blocks.flatMap(({ entries }) => entries.flatMap(chunksOf)));
    assert.ok(
      slice.held.every(({ digest }) => known.has(digest)),
      'a slice holds what its own entries name',
    );
  }
  return { blocks, held };
}

const chunksOf = (entry: ManifestBlock['entries'][number]) => (entry.type === 'file' ? entry.chunks : []);

function makeLarge(t: TestContext): string {
  const files = Array.from(
    { length: 900 },
    (_, number) => [`d${number % 30}/f${number}`, random.bytes(5 * KIB)] as const,
  );
  return makeTree(t, {
    ...Object.fromEntries(files),
    'd1/link': { link: 'f1' },
    'd1/none': null,
    'd2/run': { script: 'x' },
    'd3/empty': '',
    'd4/large': Buffer.alloc(2 * CHUNK_BYTES + 1, 'x'),
  });
}

test('slices are the manifest and its blocks, and hold each file that fits once', async (t) => {
  const scan = await scanTree(makeLarge(t));
  const slicer = new TreeSlicer(scan);
  const { blocks, held } = await sliceAll(slicer);
  const manifest = await hashTree(scan);
  assert.deepEqual(slicer.manifest, manifest);
  assert.deepEqual(blocks, splitManifest(manifest));
  assert.ok(held.length > 2, `${held.length} slices`);
  const whole = manifest.entries.filter((entry) => entry.type === 'file' && entry.chunks.length === 1);
  assert.deepEqual(held.flat(), whole.flatMap(chunksOf));
});

test('what a cache knows is not held, and the cache learns what was read', async (t) => {
  const root = makeLarge(t);
  const folder = makeFolder(t);
  const open = () => new StatCache(folder, root, { now: () => Date.now() + 3_600_000 });
  await sliceAll(new TreeSlicer(await scanTree(root), { cache: open() }));
  writeFileSync(join(root, 'd7/f7'), 'new');
  const scan = await scanTree(root);
  const slicer = new TreeSlicer(scan, { cache: open() });
  const { held } = await sliceAll(slicer);
  assert.deepEqual(held, [[sha256(Buffer.from('new'))]]);
  assert.deepEqual(slicer.manifest, await hashTree(scan));
});

test('a file is what it is when it is read, however it was found', async (t) => {
  const root = makeTree(t, { a: 'one', b: 'two', c: random.bytes(KIB), d: 'four' });
  const scan = await scanTree(root);
  const large = random.bytes(CHUNK_BYTES + 1);
  writeFileSync(join(root, 'a'), 'longer than it was');
  writeFileSync(join(root, 'b'), '');
  writeFileSync(join(root, 'c'), large);
  const slicer = new TreeSlicer(scan);
  const { held } = await sliceAll(slicer);
  assert.deepEqual(slicer.manifest, await hashTree(await scanTree(root)));
  const digests = ['longer than it was', 'four'].map((text) => sha256(Buffer.from(text)));
  assert.deepEqual(held, [digests], 'one that has grown beyond the room there was is not held');
  rmSync(join(root, 'd'));
  await assert.rejects(sliceAll(new TreeSlicer(scan)), failsWith('source_changed', /d was removed/));
});

test('stops when told to', async (t) => {
  const slicer = new TreeSlicer(await scanTree(makeTree(t, { a: 'x' })));
  const stopped = slicer.next(Buffer.alloc(KIB), AbortSignal.abort(new Error('enough')));
  await assert.rejects(stopped, /^Error: enough$/);
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import { applyRetention, freeOldest, openLogWriter } from './index.ts';
import { sealSegment } from './seal-segment.ts';
import { listSegments, segmentName } from './segment-file.ts';
import { linesOf, readAll, textOf } from './testing/read-all.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rig-logstore-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const hour = 3_600_000;

/** A store of one line a segment, an hour apart from `begin` on. */
async function makeStore(name: string, begin: number, count: number): Promise<string> {
  const dir = join(root, 'apps', name);
  const writer = await openLogWriter(dir);
  for (let index = 0; index < count; index += 1) {
    await writer.append(linesOf([`${name} ${index}`]).map((line) => ({ ...line, at: begin + index * hour })));
    await writer.rotate();
  }
  await writer.close();
  for (const segment of await listSegments(dir)) {
    const isNewest = segment.name === segmentName({ epoch: 1, seq: count + 1 });
    if (!segment.sealed && !isNewest) await sealSegment(dir, segment);
  }
  return dir;
}

const kept = async (dir: string) => textOf(await readAll(dir)).map((text) => text.replace(/^\S+ /, ''));
const sizeOf = async (dir: string) => {
  const segments = await listSegments(dir);
  const sizes = await Promise.all(segments.map(async ({ name }) => (await stat(join(dir, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
};
const unlimited = { bytes: Number.POSITIVE_INFINITY, ageMs: Number.POSITIVE_INFINITY };

it('removes what is too old and what is too much, store by store, and then the oldest of all', async () => {
  const now = 1_800_000_000_000;
  const a = await makeStore('a', now - 5 * hour, 5);
  const b = await makeStore('b', now - 4.5 * hour, 4);
  const options = { root, totalBytes: Number.POSITIVE_INFINITY, now };
  await applyRetention({ ...options, limitsOf: () => unlimited });
  assert.equal((await kept(a)).length + (await kept(b)).length, 9);

  const young = (store: string) => (store === a ? { ...unlimited, ageMs: 3.5 * hour } : unlimited);
  await applyRetention({ ...options, limitsOf: young });
  assert.deepEqual(await kept(a), ['a 2', 'a 3', 'a 4']);
  assert.equal((await kept(b)).length, 4);

  const most = (await sizeOf(b)) - 1;
  await applyRetention({
    ...options,
    limitsOf: (store) => (store === b ? { ...unlimited, bytes: most } : unlimited),
  });
  assert.deepEqual(await kept(b), ['b 1', 'b 2', 'b 3']);

  const total = (await sizeOf(a)) + (await sizeOf(b)) - 1;
  await applyRetention({ ...options, limitsOf: () => unlimited, totalBytes: total });
  // Of b 1 (3.5 hours old) and a 2 (3 hours old), the older one went.
  assert.deepEqual(
    [await kept(a), await kept(b)],
    [
      ['a 2', 'a 3', 'a 4'],
      ['b 2', 'b 3'],
    ],
  );
});

it('frees space from the oldest on, and never takes the newest segment of a store', async () => {
  const a = await makeStore('a', 1_000_000, 3);
  assert.ok((await freeOldest(root, 1)) > 0);
  assert.deepEqual(await kept(a), ['a 1', 'a 2']);
  await freeOldest(root, Number.POSITIVE_INFINITY);
  assert.equal((await listSegments(a)).length, 1);
  assert.equal(await freeOldest(root, 1), 0);
  const writer = await openLogWriter(a);
  assert.deepEqual(writer.end, { epoch: 1, seq: 3 });
  await writer.close();
  // Whoever had read up to the first line learns how many he has missed.
  assert.deepEqual(textOf(await readAll(a, { after: { epoch: 1, seq: 1 } })), ['gap 1.2-1.3 2 expired']);
});

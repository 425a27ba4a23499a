import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import type { PackIndex } from '../store/pack-index.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const chunk = (text: string, offset = 0) => ({ digest: digest(text), offset, size: 10 });
const pack = (name: string) => ({ id: digest(name), bytes: 7, storedAt: '2026-01-02T03:04:05.678Z' });

/** What every pack index keeps; `make` answers an empty one that has the apps `app-1` and `app-2`. */
export function packIndexContract(name: string, make: (t: TestContext) => Promise<PackIndex>): void {
  test(`${name}: a chunk is found where it was added, and what is unknown is not`, async (t) => {
    const index = await make(t);
    await index.add('app-1', pack('pack'), [chunk('a', 100), chunk('b', 107)]);
    const found = await index.find('app-1', [digest('b'), digest('c')]);
    assert.deepEqual([...found.keys()], [digest('b')]);
    assert.deepEqual({ ...found.get(digest('b')) }, { packId: digest('pack'), offset: 107, size: 10 });
    assert.equal((await index.find('app-1', [])).size, 0);
  });

  test(`${name}: a chunk that comes again is found where it came first`, async (t) => {
    const index = await make(t);
    await index.add('app-1', pack('first'), [chunk('a')]);
    await index.add('app-1', pack('second'), [chunk('a'), chunk('b')]);
    await index.add('app-1', pack('second'), [chunk('a'), chunk('b')]);
    const found = await index.find('app-1', [digest('a'), digest('b')]);
    assert.equal(found.get(digest('a'))?.packId, digest('first'));
    assert.equal(found.get(digest('b'))?.packId, digest('second'));
  });

  test(`${name}: no app sees what another has`, async (t) => {
    const index = await make(t);
    await index.add('app-1', pack('pack'), [chunk('a')]);
    assert.equal((await index.find('app-2', [digest('a')])).size, 0);
    assert.equal(await index.hasPack('app-2', digest('pack')), false);
    assert.equal(await index.hasPack('app-1', digest('pack')), true);
  });

  test(`${name}: an app that is removed leaves nothing, another stays`, async (t) => {
    const index = await make(t);
    await index.add('app-1', pack('pack'), [chunk('a')]);
    await index.add('app-1', pack('more'), [chunk('b')]);
    await index.add('app-2', pack('pack'), [chunk('a')]);
    assert.deepEqual(new Set(await index.removeApp('app-1')), new Set([digest('pack'), digest('more')]));
    assert.equal((await index.find('app-1', [digest('a'), digest('b')])).size, 0);
    assert.equal(await index.hasPack('app-1', digest('pack')), false);
    assert.equal((await index.find('app-2', [digest('a')])).size, 1);
    assert.deepEqual(await index.removeApp('app-1'), []);
  });

  test(`${name}: tells what is missing in the order asked, and which packs hold what`, async (t) => {
    const index = await make(t);
    await index.add('app-1', pack('first'), [chunk('a'), chunk('b')]);
    await index.add('app-1', pack('second'), [chunk('a'), chunk('c')]);
    const missing = await index.missing('app-1', ['z', 'a', 'y', 'c'].map(digest));
    assert.deepEqual([...missing], ['z', 'y'].map(digest));
    assert.deepEqual(await index.packsHolding('app-1', ['a', 'z'].map(digest)), new Set([digest('first')]));
    assert.deepEqual(await index.packsHolding('app-2', ['a'].map(digest)), new Set());
    assert.deepEqual(
      (await index.packs('app-1'))
        .map((stored) => ({ ...stored }))
        .toSorted((x, y) => (x.id < y.id ? -1 : 1)),
      [pack('first'), pack('second')].toSorted((x, y) => (x.id < y.id ? -1 : 1)),
    );
  });

  test(`${name}: a pack that is removed takes the chunks found in it`, async (t) => {
    const index = await make(t);
    await index.add('app-1', pack('first'), [chunk('a'), chunk('b')]);
    await index.add('app-1', pack('second'), [chunk('c')]);
    await index.add('app-2', pack('first'), [chunk('a')]);
    await index.removePacks('app-1', [digest('first'), digest('none')]);
    assert.deepEqual([...(await index.find('app-1', ['a', 'b', 'c'].map(digest))).keys()], [digest('c')]);
    assert.equal(await index.hasPack('app-1', digest('first')), false);
    assert.equal(await index.hasPack('app-2', digest('first')), true);
  });

  test(`${name}: takes more chunks at once than a statement takes values`, async (t) => {
    const index = await make(t);
    const chunks = Array.from({ length: 40_000 }, (_, number) => chunk(`chunk ${number}`, number));
    await index.add('app-1', pack('pack'), chunks);
    const found = await index.find(
      'app-1',
      chunks.map((known) => known.digest),
    );
    assert.equal(found.size, chunks.length);
    assert.equal(found.get(digest('chunk 39999'))?.offset, 39_999);
  });
}

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { platformLayout } from '@rig-ops/contract/layout';
import { BuildCache } from './build-cache.ts';
import { CacheFolder } from './cache-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'rig-caches-'));
after(() => rmSync(root, { recursive: true, force: true }));

const KIB = 1024;
const layout = platformLayout(root);
const folderOf = (app: string) => new CacheFolder(join(layout.root, 'cache', 'apps', app));

/** Has a build of an app leave so much, last used at `at`. */
async function keep(app: string, name: string, bytes: number, at: number): Promise<void> {
  const folder = folderOf(app);
  const from = join(folder.newFolder('bld_1'), name);
  mkdirSync(from, { recursive: true });
  writeFileSync(join(from, 'file'), Buffer.alloc(bytes, 'x'));
  await folder.commit(name, from, at);
}

const namesOf = async (app: string) => (await folderOf(app).list()).map(({ name }) => name).toSorted();

test('what was not used for the longest time goes when an app has too much, or all have; who builds loses nothing', async () => {
  const limits = { cacheBytesPerApp: 300 * KIB, cacheBytes: 10_000 * KIB };
  const cache = new BuildCache({
    layout,
    clock: { now: () => new Date(0) },
    limits: () => limits,
  });
  await keep('one', 'store-old', 128 * KIB, 1);
  await keep('one', 'store-middle', 128 * KIB, 2);
  await keep('one', 'store-new', 128 * KIB, 3);
  await keep('one', 'store-huge', 400 * KIB, 4);
  await keep('two', 'store-old', 128 * KIB, 1);
  await keep('two', 'store-new', 128 * KIB, 5);
  cache.hold('one', 'bld_2');
  await cache.prune();
  assert.deepEqual(await namesOf('one'), ['store-huge', 'store-middle', 'store-new', 'store-old']);
  await cache.discard({ appId: 'one', buildId: 'bld_2' });
  await cache.prune();
  // One that is too large for itself makes no room for others.
  assert.deepEqual(await namesOf('one'), ['store-middle', 'store-new']);
  assert.deepEqual(await namesOf('two'), ['store-new', 'store-old']);
  limits.cacheBytes = 300 * KIB;
  await cache.prune();
  assert.deepEqual([await namesOf('one'), await namesOf('two')], [['store-new'], ['store-new']]);
});

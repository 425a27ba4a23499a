import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitManifest } from '@rig-ops/bundle';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import type { BundleStore } from '../bundle-store.ts';

const manifest: BundleManifest = {
  version: 1,
  entries: [{ type: 'file', path: 'ü.txt', executable: true, size: 0, chunks: [] }],
};
const at = '2026-01-02T03:04:05.678Z';

const later = (minutes: number) => `2026-01-02T03:${String(10 + minutes)}:05.678Z`;
const manifestOf = (count: number): BundleManifest => ({
  version: 1,
  entries: Array.from({ length: count }, (_, number) => ({
    type: 'directory',
    path: `d${String(number).padStart(6, '0')}`,
  })),
});

const digests = (of: BundleManifest) => splitManifest(of).map(({ digest }) => digest);

/** What every BundleStore does. `make` gives one that knows the apps `app_a` and `app_b` and no bundle. */
export function bundleStoreContract(name: string, make: () => Promise<BundleStore>): void {
  describe(`${name} as a BundleStore`, () => {
    it('keeps manifests apart by app', async () => {
      const store = await make();
      await store.announce({ id: 'one', appId: 'app_a', manifest, at });
      assert.deepEqual(await store.find('app_a', 'one'), {
        id: 'one',
        appId: 'app_a',
        manifest,
        committed: false,
      });
      assert.equal(await store.find('app_b', 'one'), undefined);
      assert.equal(await store.find('app_a', 'two'), undefined);
    });

    it('stays committed when the bundle is announced again', async () => {
      const store = await make();
      await store.announce({ id: 'one', appId: 'app_a', manifest, at });
      await store.markCommitted('app_a', 'one', at);
      await store.announce({ id: 'one', appId: 'app_a', manifest, at });
      assert.equal((await store.find('app_a', 'one'))?.committed, true);
      assert.equal(await store.isCommitted('app_a', 'one'), true);
      assert.equal(await store.isCommitted('app_b', 'one'), false);
    });

    it('tells what it has, latest announced first', async () => {
      const store = await make();
      await store.announce({ id: 'one', appId: 'app_a', manifest, at });
      await store.announce({ id: 'two', appId: 'app_a', manifest: manifestOf(3), at: later(1) });
      await store.markCommitted('app_a', 'two', later(1));
      await store.announce({ id: 'one', appId: 'app_a', manifest, at: later(2) });
      assert.deepEqual(await store.list('app_a'), [
        { id: 'one', committed: false, touchedAt: later(2) },
        { id: 'two', committed: true, touchedAt: later(1) },
      ]);
      assert.deepEqual(await store.list('app_b'), []);
    });

    it('keeps blocks of a manifest that is still being made, until others are removed', async () => {
      const store = await make();
      const blocks = splitManifest(manifestOf(1000));
      const [first, second] = blocks;
      assert.ok(first !== undefined && second !== undefined);
      await store.keepBlocks('app_a', [first]);
      await store.keepBlocks('app_a', [first, second]);
      const both = [first.digest, second.digest];
      assert.deepEqual((await store.blocks('app_a', both)).get(second.digest), second.text);
      assert.equal((await store.blocks('app_b', both)).size, 0);
      await store.announceBlocks({ id: 'one', appId: 'app_a', blocks: [first], at });
      await store.remove('app_a', []);
      assert.deepEqual([...(await store.blocks('app_a', both)).keys()], [first.digest]);
    });

    it('shares blocks among the bundles of an app, and forgets those that none has', async () => {
      const store = await make();
      const first = manifestOf(1000);
      const second = { ...first, entries: first.entries.slice(0, -1) };
      await store.announce({ id: 'one', appId: 'app_a', manifest: first, at });
      await store.announce({ id: 'two', appId: 'app_a', manifest: second, at });
      const both = new Set([...digests(first), ...digests(second)]);
      assert.equal((await store.blockTextsOf('app_a', ['one', 'two'])).length, both.size);
      assert.equal((await store.blocks('app_a', both)).size, both.size);
      assert.equal((await store.blocks('app_b', both)).size, 0);
      await store.remove('app_a', ['one']);
      assert.equal(await store.find('app_a', 'one'), undefined);
      assert.deepEqual((await store.find('app_a', 'two'))?.manifest, second);
      assert.deepEqual(new Set((await store.blocks('app_a', both)).keys()), new Set(digests(second)));
    });
  });
}

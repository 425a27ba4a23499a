import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import type { BundleStore } from '../bundle-store.ts';

const manifest: BundleManifest = {
  version: 1,
  entries: [{ type: 'file', path: 'ü.txt', executable: true, size: 0, chunks: [] }],
};
const at = '2026-01-02T03:04:05.678Z';

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
    });
  });
}

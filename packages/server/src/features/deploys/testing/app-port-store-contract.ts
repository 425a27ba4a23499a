import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AppPortStore } from '../app-port-store.ts';

/** What every AppPortStore does. `make` gives a fresh one in which the apps `app_a` and `app_b` may have ports. */
export function appPortStoreContract(name: string, make: () => Promise<AppPortStore>): void {
  describe(`${name} as an AppPortStore`, () => {
    it('gives each port to one app', async () => {
      const store = await make();
      assert.equal(await store.get('app_a'), null);
      assert.equal(await store.assign('app_a', 8_100), true);
      assert.equal(await store.assign('app_b', 8_100), false);
      assert.equal(await store.assign('app_b', 8_101), true);
      assert.equal(await store.assign('app_a', 8_101), false);
      assert.equal(await store.assign('app_a', 8_102), true);
      assert.equal(await store.get('app_a'), 8_102);
      assert.deepEqual(
        await store.all(),
        new Map([
          ['app_a', 8_102],
          ['app_b', 8_101],
        ]),
      );
    });
  });
}

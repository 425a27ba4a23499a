import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeployLockRecord, DeployLockStore } from '../deploy-lock-store.ts';

const at = (second: number): string => `2026-01-02T03:04:0${second}.000Z`;
const lockOf = (owner: string, change: Partial<DeployLockRecord> = {}): DeployLockRecord => ({
  appId: 'app_a',
  owner,
  reason: null,
  since: at(1),
  until: null,
  ...change,
});

/** What every DeployLockStore does. `make` gives a fresh one in which `app_a` and `app_b` are there. */
export function deployLockStoreContract(name: string, make: () => Promise<DeployLockStore>): void {
  describe(`${name} as a DeployLockStore`, () => {
    it('gives an app to one owner at a time', async () => {
      const store = await make();
      assert.equal(await store.get('app_a', at(0)), null);
      assert.deepEqual(await store.take(lockOf('ann')), lockOf('ann'));
      assert.deepEqual(await store.take(lockOf('bob')), lockOf('ann'));
      const other = lockOf('bob', { appId: 'app_b' });
      assert.deepEqual(await store.take(other), other);
      const changed = { reason: 'moving', since: at(3), until: at(9) };
      const renewed = lockOf('ann', { ...changed, since: at(1) });
      assert.deepEqual(await store.take(lockOf('ann', changed)), renewed);
      assert.deepEqual(await store.get('app_a', at(4)), renewed);
    });

    it('forgets one whose time is over, and one that its owner ends', async () => {
      const store = await make();
      await store.take(lockOf('ann', { until: at(5) }));
      assert.notEqual(await store.get('app_a', at(4)), null);
      assert.equal(await store.get('app_a', at(5)), null);
      await store.take(lockOf('cid', { appId: 'app_b' }));
      const appsLockedAt = async (second: number) => (await store.all(at(second))).map(({ appId }) => appId);
      assert.deepEqual(await appsLockedAt(4), ['app_a', 'app_b']);
      assert.deepEqual(await appsLockedAt(5), ['app_b']);
      assert.equal((await store.take(lockOf('bob', { since: at(5) }))).owner, 'bob');
      await store.release('app_a', 'ann');
      assert.equal((await store.get('app_a', at(6)))?.owner, 'bob');
      await store.release('app_a', 'bob');
      assert.equal(await store.get('app_a', at(6)), null);
    });
  });
}

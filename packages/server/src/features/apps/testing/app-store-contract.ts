import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AppRecord, AppStore } from '../app-store.ts';

const app = (name: string): AppRecord => ({
  id: `app_${name}`,
  name,
  network: 'default',
  createdAt: '2026-01-02T03:04:05.678Z',
});

/** What every AppStore does. `make` gives a fresh, empty one. */
export function appStoreContract(name: string, make: () => Promise<AppStore>): void {
  describe(`${name} as an AppStore`, () => {
    it('gives back what it was given, by name and by id', async () => {
      const store = await make();
      await store.create(app('shop'));
      assert.deepEqual(await store.get('shop'), app('shop'));
      assert.deepEqual(await store.getById('app_shop'), app('shop'));
      assert.equal(await store.get('other'), undefined);
      assert.equal(await store.getById('other'), undefined);
    });

    it('refuses a second app of a name, also of two at once', async () => {
      const store = await make();
      const outcomes = await Promise.allSettled([
        store.create(app('shop')),
        store.create({ ...app('shop'), id: 'app_second' }),
      ]);
      assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
      await assert.rejects(store.create({ ...app('shop'), id: 'app_third' }), { code: 'app_exists' });
      assert.equal((await store.list({})).items.length, 1);
    });

    it('lists by name, page by page', async () => {
      const store = await make();
      for (const each of ['c', 'a', 'e', 'b', 'd']) await store.create(app(each));
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await store.list({ limit: 2, ...(cursor === null ? {} : { cursor }) });
        assert.ok(page.items.length <= 2);
        seen.push(...page.items.map((item) => item.name));
        cursor = page.nextCursor;
      } while (cursor !== null);
      assert.deepEqual(seen, ['a', 'b', 'c', 'd', 'e']);
      assert.equal((await store.list({ limit: 5 })).nextCursor, null);
    });

    it('lists what is within reach: apps, and whole networks', async () => {
      const store = await make();
      for (const each of ['a', 'b', 'c']) await store.create(app(each));
      await store.create({ ...app('d'), network: 'other' });
      const seen = async (networks: string[], apps: string[]) => {
        const reach = { everywhere: false, networks: new Set(networks), apps: new Set(apps) } as const;
        const { items } = await store.list({}, reach);
        return items.map(({ name }) => name);
      };
      assert.deepEqual(await seen([], ['app_b']), ['b']);
      assert.deepEqual(await seen(['other'], ['app_a']), ['a', 'd']);
      assert.deepEqual(await seen([], []), []);
    });

    it('refuses a cursor it did not give out', async () => {
      const store = await make();
      await assert.rejects(store.list({ cursor: 'nonsense' }), { code: 'invalid_input' });
      await assert.rejects(store.list({ cursor: Buffer.from('7').toString('base64url') }), {
        code: 'invalid_input',
      });
    });

    it('hides an app that is being destroyed and keeps its name until it is gone', async () => {
      const store = await make();
      await store.create(app('shop'));
      assert.equal(await store.markDestroying('app_shop', app('shop').createdAt), true);
      assert.equal(await store.markDestroying('app_shop', app('shop').createdAt), false);
      assert.equal(await store.get('shop'), undefined);
      assert.equal(await store.getById('app_shop'), undefined);
      assert.deepEqual((await store.list({})).items, []);
      assert.deepEqual(await store.listDestroying(), [app('shop')]);
      await assert.rejects(store.create({ ...app('shop'), id: 'app_new' }), { code: 'app_exists' });
      await store.remove('app_shop');
      assert.deepEqual(await store.listDestroying(), []);
      await store.create({ ...app('shop'), id: 'app_new' });
      assert.equal((await store.get('shop'))?.id, 'app_new');
    });
  });
}

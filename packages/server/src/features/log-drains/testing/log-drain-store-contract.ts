import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LogDrainStore, StoredLogDrain } from '../log-drain-store.ts';

const drainOf = (name: string): StoredLogDrain => ({
  name,
  target: 'app/shop',
  url: 'https://otel.example.com',
  headers: { authorization: 'Bearer sesame' },
  ca: undefined,
  allowPrivate: false,
  createdAt: '2026-01-02T03:04:05.678Z',
});

/** What every LogDrainStore does. `make` gives a fresh, empty one. */
export function logDrainStoreContract(name: string, make: () => Promise<LogDrainStore>): void {
  describe(`${name} as a LogDrainStore`, () => {
    it('gives back drains by name, each with how far it came', async () => {
      const store = await make();
      await store.add(drainOf('two'), {});
      await store.add(drainOf('one'), { 'apps/a': '1.5', 'edge/a': '' });
      await store.savePosition('one', 'apps/a', '1.9');
      await store.savePosition('one', 'apps/b', '2.1');
      await store.forget('one', 'edge/a');
      assert.deepEqual(await store.list(), [
        { drain: drainOf('one'), positions: { 'apps/a': '1.9', 'apps/b': '2.1' } },
        { drain: drainOf('two'), positions: {} },
      ]);
    });

    it('has no two of one name, and nothing of what was removed', async () => {
      const store = await make();
      await store.add(drainOf('one'), { 'apps/a': '1.5' });
      await assert.rejects(store.add(drainOf('one'), {}), { code: 'drain_exists' });
      await store.remove('one');
      await store.savePosition('one', 'apps/a', '1.9');
      await store.add(drainOf('one'), {});
      assert.deepEqual(await store.list(), [{ drain: drainOf('one'), positions: {} }]);
    });
  });
}

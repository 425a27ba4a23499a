import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InstanceStore, NewInstance } from '../instance-store.ts';

const newInstance = (id: string, change: Partial<NewInstance> = {}): NewInstance => ({
  id,
  appId: 'app_a',
  release: 1,
  process: 'web',
  ordinal: 1,
  port: null,
  createdAt: '2026-01-02T03:04:05.000Z',
  ...change,
});

/** What every InstanceStore does. `make` gives a fresh one in which the apps `app_a` and `app_b` may have instances. */
export function instanceStoreContract(name: string, make: () => Promise<InstanceStore>): void {
  describe(`${name} as an InstanceStore`, () => {
    it('fills each place of a release once', async () => {
      const store = await make();
      await store.create([newInstance('i_1', { port: 20_001 }), newInstance('i_2', { process: 'api' })]);
      await store.create([newInstance('i_3'), newInstance('i_4', { ordinal: 2 })]);
      assert.deepEqual(
        (await store.list()).map(({ id }) => id),
        ['i_2', 'i_1', 'i_4'],
      );
      assert.deepEqual((await store.list())[1], {
        ...newInstance('i_1', { port: 20_001 }),
        turn: 1,
        host: null,
        desired: 'run',
        health: 'unknown',
        restarts: 0,
        keepUntil: null,
      });
      await store.create([newInstance('i_5', { turn: 2 }), newInstance('i_6', { turn: 2 })]);
      await store.setDesiredOf(['i_5'], 'drain');
      assert.deepEqual(
        (await store.list()).filter(({ turn }) => turn === 2).map(({ id, desired }) => [id, desired]),
        [['i_5', 'drain']],
      );
      await store.remove('i_5');
      await store.create([newInstance('i_b', { appId: 'app_b' })]);
      assert.deepEqual(
        (await store.ofApp('app_b')).map(({ id }) => id),
        ['i_b'],
      );
      await store.create([]);
    });

    it('gives a place a new id for its next start', async () => {
      const store = await make();
      await store.create([newInstance('i_1', { port: 20_001 })]);
      await store.setHealth('i_1', 'healthy', '::1');
      const [before] = await store.list();
      assert.deepEqual([before?.health, before?.host], ['healthy', '::1']);
      await store.replace('i_1', { id: 'i_2', port: 20_002, countRestart: true });
      await store.replace('i_2', { id: 'i_3', port: 20_003, countRestart: false });
      const [after, ...others] = await store.list();
      assert.deepEqual(others, []);
      assert.deepEqual(
        [after?.id, after?.port, after?.health, after?.host, after?.restarts],
        ['i_3', 20_003, 'unknown', null, 1],
      );
    });

    it('keeps what drains for a time, and lets another release take it over as it is', async () => {
      const store = await make();
      await store.create([
        newInstance('i_1'),
        newInstance('i_2', { ordinal: 2 }),
        newInstance('i_3', { release: 2 }),
      ]);
      await store.setHealth('i_1', 'healthy', '::1');
      await store.setDesiredOf(['i_2'], 'stop');
      await store.drainOthers('app_a', 2, '2026-01-02T03:05:00.000Z');
      const kept = (await store.list()).map(({ id, desired, keepUntil }) => [id, desired, keepUntil]);
      assert.deepEqual(kept, [
        ['i_1', 'drain', '2026-01-02T03:05:00.000Z'],
        ['i_2', 'stop', null],
        ['i_3', 'run', null],
      ]);
      await store.adopt(['i_1'], 3);
      await store.adopt([], 3);
      const adopted = (await store.list()).find(({ id }) => id === 'i_1');
      assert.deepEqual(
        [adopted?.release, adopted?.desired, adopted?.keepUntil, adopted?.health, adopted?.host],
        [3, 'run', null, 'healthy', '::1'],
      );
    });

    it('drains every other release, but not what is to stop', async () => {
      const store = await make();
      await store.create([1, 2, 3].map((release) => newInstance(`i_${release}`, { release })));
      await store.create([newInstance('i_b', { appId: 'app_b' })]);
      await store.setDesired('app_a', 1, 'stop');
      await store.drainOthers('app_a', 3);
      assert.deepEqual(
        (await store.list()).map(({ id, desired }) => [id, desired]),
        [
          ['i_1', 'stop'],
          ['i_2', 'drain'],
          ['i_3', 'run'],
          ['i_b', 'run'],
        ],
      );
      await store.remove('i_2');
      assert.equal((await store.ofApp('app_a')).length, 2);
    });
  });
}

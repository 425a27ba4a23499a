import assert from 'node:assert/strict';
import { it } from 'node:test';
import { platformLayout } from '@rig-ops/contract/layout';
import { systemClock } from '../../clock.ts';
import type { Deployments } from '../../deployments.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { FakeEventLog } from '../events/testing/fake-event-log.ts';
import { AppLifetimes } from './app-lifetimes.ts';
import { AppService } from './app-service.ts';
import { FakeAppStore } from './testing/fake-app-store.ts';

it('an app whose removal failed can be destroyed again, by one at a time', async (test) => {
  const apps = new FakeAppStore();
  const removals: PromiseWithResolvers<void>[] = [];
  const withoutDrains: string[] = [];
  const service = new AppService({
    apps,
    deployments: {
      stateOf: () => Promise.reject(new Error('nobody asks')),
      lockOf: () => Promise.reject(new Error('nobody asks')),
      states: () => Promise.reject(new Error('nobody asks')),
      destroyApp: () => {
        const removal = Promise.withResolvers<void>();
        removals.push(removal);
        return removal.promise;
      },
    } satisfies Pick<Deployments, 'stateOf' | 'lockOf' | 'states' | 'destroyApp'>,
    blobs: { removeApp: () => Promise.resolve() },
    events: new FakeEventLog(systemClock),
    lifetimes: new AppLifetimes(),
    domains: { change: () => Promise.resolve() },
    logRetention: { forget: () => Promise.resolve() },
    drains: {
      stopOf: async (target) => {
        withoutDrains.push(target);
      },
    },
    layout: platformLayout(await makeTemporaryFolder(test)),
    clock: systemClock,
  });
  await apps.create({ id: 'app_1', name: 'shop', network: 'default', createdAt: '2026-01-01T00:00:00Z' });
  const first = service.destroy('shop');
  await new Promise((resolve) => setImmediate(resolve));
  await assert.rejects(service.destroy('shop'), { code: 'app_not_found' });
  removals[0]?.reject(new Error('the disk failed'));
  await assert.rejects(first, /the disk failed/);
  const second = service.destroy('shop');
  await new Promise((resolve) => setImmediate(resolve));
  removals[1]?.resolve();
  await second;
  assert.deepEqual(await apps.listDestroying(), []);
  assert.deepEqual(withoutDrains, ['app/shop']);
  await assert.rejects(service.destroy('shop'), { code: 'app_not_found' });
});

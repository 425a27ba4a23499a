import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_SETTINGS, type Plan } from '../../../detectors/plan.ts';
import type { BuildImage } from '../../images/build-image.ts';
import type { BuildStore } from '../build-store.ts';

const at = (second: number): string => `2026-01-02T03:04:0${second}.000Z`;
const newBuild = (id: string, second = 0) => ({
  id,
  appId: 'app_a',
  bundleId: 'f00',
  root: 'services/api',
  inputs: 'digest',
  createdAt: at(second),
});
const plan: Plan = {
  ...DEFAULT_SETTINGS,
  detector: 'node',
  root: '.',
  caches: [],
  reuse: null,
  steps: [{ name: 'npm ci', phase: 'install', argv: ['npm', 'ci'] }],
  processes: [{ name: 'web', argv: ['node', 'a.js'] }],
  notes: ['a note'],
};
const image: BuildImage = {
  id: 'sha256:abc',
  reference: 'nginx:1',
  digest: 'docker.io/library/nginx@sha256:def',
  pulled: true,
  bytes: 5,
  entrypoint: ['/start'],
  command: ['--all'],
  port: 80,
};
const start = { plan, steps: ['npm ci'], toolchain: 'tools', installFromCache: true, at: at(1) };

/** What every BuildStore does. `make` gives a fresh one in which the apps `app_a` and `app_b` may have builds. */
export function buildStoreContract(name: string, make: () => Promise<BuildStore>): void {
  describe(`${name} as a BuildStore`, () => {
    it('takes a build through its life', async () => {
      const store = await make();
      await store.create(newBuild('bld_1'));
      const pending = {
        ...newBuild('bld_1'),
        status: 'pending',
        plan: null,
        steps: [],
        image: null,
        failure: null,
        toolchain: null,
        installFromCache: false,
        startedAt: null,
        endedAt: null,
      };
      assert.deepEqual(await store.get('bld_1'), pending);
      await store.start('bld_1', start);
      const begun = { toolchain: 'tools', installFromCache: true, startedAt: at(1) };
      const steps = [{ name: 'npm ci', status: 'pending' as const, exitCode: null, durationMs: null }];
      assert.deepEqual(await store.get('bld_1'), { ...pending, ...begun, status: 'running', plan, steps });
      const done = [{ name: 'npm ci', status: 'succeeded' as const, exitCode: 0, durationMs: 5 }];
      await store.setSteps('bld_1', done);
      await store.setImage('bld_1', image);
      await store.finish('bld_1', { failure: null, endedAt: at(3) });
      assert.deepEqual(await store.get('bld_1'), {
        ...pending,
        ...begun,
        status: 'succeeded',
        plan,
        steps: done,
        image,
        endedAt: at(3),
      });
      await store.setImage('bld_1', null);
      assert.equal((await store.get('bld_1'))?.image, null);
    });

    it('keeps why a build failed', async () => {
      const store = await make();
      await store.create(newBuild('bld_1'));
      const failure = { code: 'build_failed', message: 'm', hint: 'h', exitCode: 10, details: { step: 's' } };
      await store.finish('bld_1', { failure, endedAt: at(3) });
      const build = await store.get('bld_1');
      assert.equal(build?.status, 'failed');
      assert.deepEqual(build?.failure, failure);
    });

    it('finds what has succeeded with the same inputs, and what has not ended', async () => {
      const store = await make();
      for (const [id, second] of [
        ['bld_1', 1],
        ['bld_2', 2],
        ['bld_3', 3],
      ] as const)
        await store.create(newBuild(id, second));
      await store.create({ ...newBuild('bld_4', 4), inputs: 'other' });
      await store.create({ ...newBuild('bld_x', 5), appId: 'app_b' });
      for (const id of ['bld_1', 'bld_3', 'bld_4', 'bld_x'])
        await store.finish(id, { failure: null, endedAt: at(6) });
      const found = await store.succeededWith('app_a', 'digest');
      assert.deepEqual(
        found.map(({ id }) => id),
        ['bld_3', 'bld_1'],
      );
      assert.deepEqual(
        (await store.unended()).map(({ id }) => id),
        ['bld_2'],
      );
    });

    it('adds a build once', async () => {
      const store = await make();
      await store.create(newBuild('bld_1'));
      await store.start('bld_1', start);
      await store.create(newBuild('bld_1', 5));
      assert.equal((await store.get('bld_1'))?.status, 'running');
      assert.equal(await store.get('bld_2'), null);
    });

    it('lists the builds of an app, newest first, page by page', async () => {
      const store = await make();
      for (const [id, second] of [
        ['c', 1],
        ['a', 2],
        ['b', 2],
      ] as const)
        await store.create(newBuild(`bld_${id}`, second));
      await store.create({ ...newBuild('bld_x'), appId: 'app_b' });
      const first = await store.page('app_a', { limit: 2 });
      assert.deepEqual(
        first.items.map(({ id }) => id),
        ['bld_b', 'bld_a'],
      );
      assert.ok(first.nextCursor);
      const second = await store.page('app_a', { limit: 2, cursor: first.nextCursor });
      assert.deepEqual(
        second.items.map(({ id }) => id),
        ['bld_c'],
      );
      assert.equal(second.nextCursor, null);
      assert.deepEqual((await store.idsOf('app_a')).toSorted(), ['bld_a', 'bld_b', 'bld_c']);
      await assert.rejects(store.page('app_a', { cursor: 'nonsense' }), { code: 'invalid_input' });
    });
  });
}

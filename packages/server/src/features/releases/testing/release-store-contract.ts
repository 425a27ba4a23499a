import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allReleases } from '../all-releases.ts';
import type { NewRelease, ReleaseStore } from '../release-store.ts';

const at = (second: number): string => `2026-01-02T03:04:0${second}.000Z`;
const newRelease = (deployId: string, appId = 'app_a'): NewRelease => ({
  appId,
  deployId,
  buildId: appId === 'app_a' ? 'bld_a' : 'bld_b',
  bundleId: 'f00',
  detector: 'node',
  configId: 'cfg_a',
  runtime: {
    processes: [{ name: 'web', instances: 1, argv: ['node', 'a.js'] }],
    env: { A: '1' },
    health: { path: null, timeoutSeconds: 60 },
    drainSeconds: 30,
  },
  rollbackOf: null,
  rollbackOnly: null,
  message: 'm',
  source: {
    kind: 'git' as const,
    from: 'https://example.com/a.git',
    root: 'services/api',
    git: {
      commit: 'c'.repeat(40),
      ref: 'v1',
      branch: null,
      dirty: false,
      remote: 'https://example.com/a.git',
      subject: 'One',
      author: 'A',
      committedAt: '2026-01-01T00:00:00.000Z',
    },
  },
  createdBy: 'ann',
  createdAt: at(0),
});

/** What every ReleaseStore does. `make` gives a fresh one in which `app_a` has the build `bld_a`, and b likewise. */
export function releaseStoreContract(name: string, make: () => Promise<ReleaseStore>): void {
  describe(`${name} as a ReleaseStore`, () => {
    it('gives every release, also of an app that has more than one page of them', async () => {
      const store = await make();
      for (let deploy = 1; deploy <= 501; deploy += 1) await store.create(newRelease(`dep_${deploy}`));
      const versions = (await allReleases(store, 'app_a')).map(({ version }) => version);
      assert.deepEqual([versions.length, versions[0], versions.at(-1)], [501, 501, 1]);
    });

    it('numbers the releases of each app and makes one per deploy', async () => {
      const store = await make();
      const first = await store.create(newRelease('dep_1'));
      assert.deepEqual(first, {
        ...newRelease('dep_1'),
        version: 1,
        status: 'pending',
        liveAt: null,
        failure: null,
        rollout: null,
        tags: [],
      });
      assert.equal((await store.create(newRelease('dep_2'))).version, 2);
      assert.equal((await store.create(newRelease('dep_3', 'app_b'))).version, 1);
      assert.deepEqual(await store.create(newRelease('dep_1')), first);
      assert.deepEqual(await store.get('app_a', 1), first);
      assert.equal(await store.get('app_a', 3), null);
    });

    it('keeps how a release took over, and why a live one was taken back', async () => {
      const store = await make();
      for (const id of ['dep_1', 'dep_2', 'dep_3']) await store.create(newRelease(id));
      const rollout = { strategy: 'canary', outcome: 'It did well.' } as const;
      await store.setRollout('app_a', 1, rollout);
      assert.deepEqual((await store.get('app_a', 1))?.rollout, rollout);
      await store.makeLive('app_a', 1, at(1));
      await store.makeLive('app_a', 2, at(2));
      await store.setFailure('app_a', 2, 'It failed.');
      await store.setFailure('app_a', 2, 'later');
      assert.equal((await store.live('app_a'))?.version, 2);
      await store.makeLive('app_a', 3, at(3));
      const taken = await store.get('app_a', 2);
      assert.deepEqual([taken?.status, taken?.failure], ['failed', 'It failed.']);
      assert.equal((await store.previousLive('app_a'))?.version, 1);
    });

    it('has at most one live release per app', async () => {
      const store = await make();
      for (const id of ['dep_1', 'dep_2', 'dep_3']) await store.create(newRelease(id));
      assert.equal(await store.live('app_a'), null);
      await store.makeLive('app_a', 1, at(1));
      assert.equal((await store.live('app_a'))?.version, 1);
      assert.equal(await store.previousLive('app_a'), null);
      await store.makeLive('app_a', 2, at(2));
      await store.makeLive('app_a', 2, at(9));
      const live = await store.live('app_a');
      assert.deepEqual([live?.version, live?.liveAt], [2, at(2)]);
      assert.equal((await store.get('app_a', 1))?.status, 'superseded');
      assert.equal((await store.previousLive('app_a'))?.version, 1);
      await store.makeLive('app_a', 3, at(3));
      assert.equal((await store.previousLive('app_a'))?.version, 2);
      await store.create(newRelease('dep_b', 'app_b'));
      await store.makeLive('app_b', 1, at(1));
      assert.deepEqual(
        (await store.allLive()).map(({ appId, version }) => [appId, version]),
        [
          ['app_a', 3],
          ['app_b', 1],
        ],
      );
    });

    it('fails only what is not live yet', async () => {
      const store = await make();
      await store.create(newRelease('dep_1'));
      await store.fail('app_a', 1, 'why');
      const failed = await store.get('app_a', 1);
      assert.deepEqual([failed?.status, failed?.failure], ['failed', 'why']);
      await store.makeLive('app_a', 1, at(1));
      assert.equal((await store.get('app_a', 1))?.status, 'failed');
      await store.create(newRelease('dep_2'));
      await store.makeLive('app_a', 2, at(1));
      await store.fail('app_a', 2, 'why');
      assert.equal((await store.live('app_a'))?.version, 2);
    });

    it('gives each name to one release of an app', async () => {
      const store = await make();
      for (const id of ['dep_1', 'dep_2']) await store.create(newRelease(id));
      await store.create(newRelease('dep_b', 'app_b'));
      await store.tag('app_a', 1, 'stable', false);
      assert.deepEqual((await store.tag('app_a', 1, 'good', false)).tags, ['good', 'stable']);
      await store.tag('app_a', 1, 'stable', false);
      await store.tag('app_b', 1, 'stable', false);
      await assert.rejects(store.tag('app_a', 2, 'stable', false), { code: 'tag_taken' });
      await assert.rejects(store.tag('app_a', 3, 'new', false), { code: 'release_not_found' });
      assert.equal((await store.byTag('app_a', 'stable'))?.version, 1);
      await store.tag('app_a', 2, 'stable', true);
      const { items } = await store.page('app_a', {});
      assert.deepEqual(
        items.map(({ tags }) => tags),
        [['stable'], ['good']],
      );
      const untagged = await store.untag('app_a', 'stable');
      assert.deepEqual([untagged?.version, untagged?.tags], [2, []]);
      assert.equal(await store.untag('app_a', 'stable'), null);
      assert.equal(await store.byTag('app_a', 'stable'), null);
      assert.equal((await store.byTag('app_b', 'stable'))?.version, 1);
    });

    it('removes only what has ended and has no name', async () => {
      const store = await make();
      for (const id of ['dep_1', 'dep_2', 'dep_3', 'dep_4', 'dep_5']) await store.create(newRelease(id));
      await store.create(newRelease('dep_b', 'app_b'));
      for (const version of [1, 2, 3]) await store.makeLive('app_a', version, at(version));
      await store.fail('app_a', 4, 'why');
      await store.tag('app_a', 2, 'stable', false);
      const removed = await store.remove('app_a', [1, 2, 3, 4, 5, 9]);
      assert.deepEqual(
        removed.toSorted((left, right) => left - right),
        [1, 4],
      );
      assert.deepEqual(await store.remove('app_a', []), []);
      const { items } = await store.page('app_a', {});
      assert.deepEqual(
        items.map(({ version }) => version),
        [5, 3, 2],
      );
      assert.equal((await store.get('app_b', 1))?.version, 1);
    });

    it('lists newest first, page by page', async () => {
      const store = await make();
      for (const id of ['dep_1', 'dep_2', 'dep_3']) await store.create(newRelease(id));
      const first = await store.page('app_a', { limit: 2 });
      assert.deepEqual(
        first.items.map(({ version }) => version),
        [3, 2],
      );
      const second = await store.page('app_a', { limit: 2, cursor: first.nextCursor ?? '' });
      assert.deepEqual(
        second.items.map(({ version }) => version),
        [1],
      );
      assert.equal(second.nextCursor, null);
      assert.deepEqual((await store.page('app_b', {})).items, []);
    });
  });
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_ROLLOUT } from '../../rollouts/rollout-state.ts';
import type { DeployStore, NewDeploy } from '../deploy-store.ts';

const at = (second: number): string => `2026-01-02T03:04:0${second}.000Z`;
const newDeploy = (id: string, appId = 'app_a'): NewDeploy => ({
  id,
  appId,
  appName: 'shop',
  kind: 'deploy',
  bundleId: 'f00',
  buildId: null,
  rollbackTo: null,
  rollbackOnly: null,
  configId: null,
  message: null,
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
  buildOptions: null,
  createdBy: 'ann',
  createdAt: at(0),
});
const error = { code: 'release_failed', message: 'm', hint: 'h', exitCode: 11 };

/** What every DeployStore does. `make` gives a fresh one in which `app_a` has the build `bld_a`; `app_b` is there too. */
export function deployStoreContract(name: string, make: () => Promise<DeployStore>): void {
  describe(`${name} as a DeployStore`, () => {
    it('takes one running deploy per app, also of two at once', async () => {
      const store = await make();
      const orders = await Promise.allSettled([
        store.create(newDeploy('dep_1'), at(0)),
        store.create(newDeploy('dep_2'), at(0)),
      ]);
      assert.deepEqual(orders.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
      await assert.rejects(store.create(newDeploy('dep_3'), at(0)), { code: 'deploy_in_progress' });
      await store.create(newDeploy('dep_4', 'app_b'), at(0));
      assert.equal((await store.running()).length, 2);
      const running = (await store.running()).find(({ appId }) => appId === 'app_a');
      await store.finish(running?.id ?? '', { url: null, at: at(1) });
      await store.create(newDeploy('dep_5'), at(0));
    });

    it('begins none of an app that is not as expected', async () => {
      const store = await make();
      for (const [expected, moved] of [
        [{ release: 1, config: null }, ['release']],
        [{ release: null, config: 'cfg_a' }, ['config']],
        [{ release: 1, config: 'cfg_a' }, ['release', 'config']],
      ] as const)
        await assert.rejects(store.create(newDeploy('dep_1'), at(0), expected), {
          code: 'plan_stale',
          details: { moved },
        });
      assert.deepEqual(await store.running(), []);
      await store.create(newDeploy('dep_1'), at(0), { release: null, config: null });
    });

    it('keeps those that wait in their order, and begins each once', async () => {
      const store = await make();
      await store.create(newDeploy('dep_1'), at(0));
      for (const id of ['dep_3', 'dep_2'])
        assert.equal((await store.enqueue({ deploy: newDeploy(id), until: at(9) })).status, 'queued');
      await store.enqueue({ deploy: newDeploy('dep_4', 'app_b'), until: at(9) });
      const idsOf = async (app?: string) => (await store.queued(app)).map(({ deploy }) => deploy.id);
      assert.deepEqual(await idsOf('app_a'), ['dep_3', 'dep_2']);
      assert.deepEqual(await idsOf(), ['dep_3', 'dep_2', 'dep_4']);
      assert.equal((await store.get('dep_3'))?.status, 'queued');
      await assert.rejects(store.create(newDeploy('dep_3'), at(1)), { code: 'deploy_in_progress' });
      assert.deepEqual(await idsOf('app_a'), ['dep_3', 'dep_2']);
      await store.finish('dep_1', { url: null, at: at(1) });
      await store.create(newDeploy('dep_3'), at(2));
      assert.equal((await store.get('dep_3'))?.status, 'running');
      await store.refuse('dep_2', error, at(3));
      assert.deepEqual(await idsOf('app_a'), []);
      const refused = await store.get('dep_2');
      assert.deepEqual([refused?.status, refused?.step, refused?.error], ['failed', null, error]);
      assert.deepEqual(
        (await store.events('dep_2', 0)).map(({ type }) => type),
        ['done'],
      );
      await store.refuse('dep_3', error, at(3));
      assert.equal((await store.get('dep_3'))?.status, 'running');
    });

    it('pages through the deploys of an app, newest first', async () => {
      const store = await make();
      for (const [index, id] of ['dep_1', 'dep_2', 'dep_3'].entries()) {
        await store.create({ ...newDeploy(id), createdAt: at(index) }, at(index));
        await store.finish(id, { url: null, at: at(index) });
      }
      await store.create(newDeploy('dep_4', 'app_b'), at(4));
      const first = await store.page('app_a', { limit: 2 });
      assert.deepEqual(
        first.items.map(({ id }) => id),
        ['dep_3', 'dep_2'],
      );
      const rest = await store.page('app_a', { limit: 2, cursor: first.nextCursor ?? '' });
      assert.deepEqual([rest.items.map(({ id }) => id), rest.nextCursor], [['dep_1'], null]);
    });

    it('tells each step once, with how long it took', async () => {
      const store = await make();
      await store.create(newDeploy('dep_1'), at(0));
      await store.enterStep('dep_1', 'build', at(1));
      await store.setBuild('dep_1', 'bld_a', { reused: true });
      await store.addBuildStep('dep_1', { name: 'npm ci', status: 'started' }, at(2));
      await store.enterStep('dep_1', 'build', at(3));
      await store.enterStep('dep_1', 'start', at(4));
      await store.setRelease('dep_1', 1);
      const done = await store.finish('dep_1', { url: 'http://127.0.0.1:8100', at: at(6) });
      assert.deepEqual(done, {
        ...newDeploy('dep_1'),
        rollout: NO_ROLLOUT,
        status: 'succeeded',
        reusedBuild: true,
        step: null,
        stepStartedAt: at(4),
        buildId: 'bld_a',
        release: 1,
        url: 'http://127.0.0.1:8100',
        error: null,
        endedAt: at(6),
      });
      assert.deepEqual(await store.get('dep_1'), done);
      await store.finish('dep_1', { url: null, at: at(7) });
      const events = await store.events('dep_1', 0);
      assert.deepEqual(
        events.map((event) =>
          event.type === 'step'
            ? `${event.step} ${event.status} ${event.durationMs ?? ''}`
            : event.type === 'build-step'
              ? `${event.name} ${event.status}`
              : 'done',
        ),
        [
          'build started ',
          'npm ci started',
          'build succeeded 3000',
          'start started ',
          'start succeeded 2000',
          'done',
        ],
      );
      assert.deepEqual(events.at(-1)?.deploy, done);
      assert.deepEqual(await store.events('dep_1', 4), events.slice(4));
    });

    it('ends before the switch when that was asked for, and not behind it', async () => {
      const store = await make();
      const options = { rebuild: true, cache: false };
      await store.create({ ...newDeploy('dep_1'), buildOptions: options }, at(0));
      assert.deepEqual((await store.get('dep_1'))?.buildOptions, options);
      await store.enterStep('dep_1', 'build', at(1));
      await store.addBuildPosition('dep_1', 2, at(1));
      const [, waits] = await store.events('dep_1', 0);
      assert.partialDeepStrictEqual(waits, { type: 'build-queued', position: 2 });
      assert.equal((await store.requestCancel('dep_1', 'ann')).rollout.cancelledBy, 'ann');
      assert.equal((await store.requestCancel('dep_1', 'bob')).rollout.cancelledBy, 'ann');
      await assert.rejects(store.enterStep('dep_1', 'start', at(2)), { code: 'cancelled', message: /ann/ });
      await store.setError('dep_1', error);
      await store.finish('dep_1', { url: null, at: at(3) });
      await assert.rejects(store.requestCancel('dep_1', 'ann'), { code: 'deploy_not_cancellable' });
      await store.create(newDeploy('dep_2'), at(0));
      await store.enterStep('dep_2', 'switch', at(1));
      await assert.rejects(store.requestCancel('dep_2', 'ann'), {
        code: 'deploy_not_cancellable',
        message: /live/,
      });
    });

    it('fails where it was, for the first reason it was given', async () => {
      const store = await make();
      await store.create(newDeploy('dep_1'), at(0));
      await store.enterStep('dep_1', 'health', at(1));
      assert.equal((await store.setError('dep_1', error)).status, 'running');
      await store.setError('dep_1', { ...error, message: 'later' });
      const failed = await store.finish('dep_1', { url: 'x', at: at(2) });
      assert.deepEqual(
        [failed.status, failed.step, failed.url, failed.error],
        ['failed', 'health', null, error],
      );
      const types = (await store.events('dep_1', 0)).map((event) =>
        event.type === 'step' ? event.status : event.type,
      );
      assert.deepEqual(types, ['started', 'failed', 'done']);
      assert.deepEqual(await store.running(), []);
    });

    it('notes how far a rollout is, and tells it', async () => {
      const store = await make();
      await store.create(
        {
          ...newDeploy('dep_1'),
          rollout: { ...NO_ROLLOUT, order: { strategy: 'canary' } },
        },
        at(0),
      );
      await store.setRollout('dep_1', { share: 10 });
      const told = await store.setRollout('dep_1', { promoted: true }, { message: 'Now.', at: at(1) });
      assert.deepEqual(told.rollout, {
        ...NO_ROLLOUT,
        order: { strategy: 'canary' },
        share: 10,
        promoted: true,
      });
      assert.deepEqual((await store.get('dep_1'))?.rollout, told.rollout);
      assert.deepEqual(await store.events('dep_1', 0), [
        { type: 'note', message: 'Now.', at: at(1), deploy: told },
      ]);
    });

    it('ends one and begins the next at once, and only once', async () => {
      const store = await make();
      await store.create(newDeploy('dep_1'), at(0));
      const end = { error, at: at(1) };
      const next = await store.failInto('dep_1', end, {
        ...newDeploy('dep_2'),
        kind: 'rollback',
        rollbackTo: 1,
      });
      assert.deepEqual([next?.id, next?.status], ['dep_2', 'running']);
      const failed = await store.get('dep_1');
      assert.deepEqual([failed?.status, failed?.error, failed?.endedAt], ['failed', error, at(1)]);
      assert.equal((await store.events('dep_1', 0)).at(-1)?.type, 'done');
      assert.equal(await store.failInto('dep_1', end, newDeploy('dep_3')), null);
      assert.deepEqual(
        (await store.running()).map(({ id }) => id),
        ['dep_2'],
      );
    });

    it('knows nothing of what is not there', async () => {
      const store = await make();
      assert.equal(await store.get('dep_1'), null);
      assert.deepEqual(await store.events('dep_1', 0), []);
      await assert.rejects(store.enterStep('dep_1', 'build', at(0)), { code: 'deploy_not_found' });
    });
  });
}

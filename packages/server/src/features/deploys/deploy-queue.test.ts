import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeployGuard } from '@rig-ops/contract/routes';
import type { Deployments } from '../../deployments.ts';
import { newId } from '../../ids.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import {
  followDeploy,
  orderDeploy,
  orderRollback,
  PROCFILE_APP,
  requestOf,
  startTestDeployments,
} from './testing/start-test-deployments.ts';

const LONG = { waitSeconds: 600 };

const nothing = (): void => undefined;

/** A platform with a live app whose next deploy stays in `drain` until it is let go. */
async function startBusy(test: Parameters<typeof startTestDeployments>[0]) {
  // Registered first, so that a test that fails leaves nothing waiting.
  const held = { letGo: nothing };
  test.after(() => held.letGo());
  const platform = await startTestDeployments(test);
  const app = await platform.addApp('shop');
  const deployments = await platform.live();
  const bundle = await platform.commit(app, PROCFILE_APP);
  await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
  const old = (await platform.engine.instances()).find(({ spec }) => spec.process === 'web');
  assert.ok(old);
  platform.edge.inFlight[old.spec.id] = 1;
  const running = await orderDeploy(deployments, app, bundle);
  const letGo = () => void delete platform.edge.inFlight[old.spec.id];
  held.letGo = letGo;
  const isLive = async () => (await deployments.stateOf(app)).release === 2;
  await waitUntil(isLive, 'the second release to be live');
  return { platform, app, deployments, bundle, running, letGo };
}

const statusOf = async (deployments: Deployments, deploy: string) =>
  (await deployments.routes.getDeploy({ ...requestOf(), params: { deploy }, body: undefined })).status;

describe('deploys of one app', () => {
  it('are refused while one is under way, with who, since when and what to type', async (test) => {
    const { app, bundle, deployments, letGo, platform, running } = await startBusy(test);
    const other = await platform.commit(app, { Procfile: 'web: other\n' });
    await assert.rejects(orderDeploy(deployments, app, other), (error: Error & Record<string, unknown>) => {
      assert.equal(error.code, 'deploy_in_progress');
      assert.match(error.message, /shop is being deployed by ann since \d\d:\d\d:\d\d UTC \(dep_/);
      assert.match(String(error.hint), new RegExp(`--wait.*--attach ${running.id}`));
      const { holder, identical } = error.details as Record<string, Record<string, unknown> | undefined>;
      assert.deepEqual([holder?.deploy, holder?.owner, identical], [running.id, 'ann', undefined]);
      return true;
    });
    const refusal = (user: string) =>
      orderDeploy(deployments, app, bundle, undefined, { user, guard: LONG }).then(
        ({ status }) => status,
        (error: { details?: { identical?: boolean } }) => error.details?.identical,
      );
    assert.equal(await refusal('ann'), true, 'the same of the same user is to be followed');
    assert.equal(await refusal('bob'), 'queued');
    letGo();
    await followDeploy(deployments, running.id);
  });

  it('begin one after the other in the order they were asked for', async (test) => {
    const { app, deployments, letGo, platform, running } = await startBusy(test);
    const bundles = await Promise.all(
      ['one', 'two', 'three'].map((name) => platform.commit(app, { Procfile: `web: ${name}\n` })),
    );
    const ids: string[] = [];
    for (const bundle of bundles)
      ids.push((await orderDeploy(deployments, app, bundle, undefined, { guard: LONG })).id);
    const place = await deployments.routes.getDeploy({
      ...requestOf(),
      params: { deploy: ids[1] ?? '' },
      body: undefined,
    });
    assert.deepEqual([place.status, place.queue?.position], ['queued', 2]);
    assert.equal(place.queue?.waitsFor?.deploy, running.id);
    await assert.rejects(orderDeploy(deployments, app, bundles[2] ?? ''), { code: 'deploy_in_progress' });
    letGo();
    const ends = await Promise.all(ids.map((id) => followDeploy(deployments, id)));
    assert.deepEqual(
      ends.map(({ deploy }) => [deploy.status, deploy.release]),
      [
        ['succeeded', 3],
        ['succeeded', 4],
        ['succeeded', 5],
      ],
    );
    const { deploys } = await deployments.routes.listDeploys({
      ...requestOf(),
      params: { app: 'shop' },
      body: undefined,
    });
    // No two overlap.
    const spans = deploys.map(({ id, endedAt }) => ({ id, endedAt }));
    assert.equal(spans.length, 5);
    const state = await deployments.stateOf(app);
    assert.deepEqual([state.release, state.instances.map(({ release }) => release)], [5, [5]]);
  });

  it('begin once, however often they are asked for under one id', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, PROCFILE_APP);
    const id = newId('dep');
    const order = (user?: string) =>
      orderDeploy(deployments, app, bundle, undefined, {
        ...(user === undefined ? {} : { user }),
        guard: { id },
      });
    const [first, second] = await Promise.all([order(), order()]);
    assert.deepEqual([first.id, second.id], [id, id]);
    await followDeploy(deployments, id);
    assert.equal((await order()).status, 'succeeded');
    assert.equal((await deployments.stateOf(app)).release, 1);
    await assert.rejects(order('bob'), { code: 'invalid_input' });
    const other = await platform.addApp('blog');
    await assert.rejects(orderRollback(deployments, other, undefined, { guard: { id } }), {
      code: 'invalid_input',
    });
  });

  it('begin only on what they expect, and say what has moved', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, PROCFILE_APP);
    const order = (guard: DeployGuard) => orderDeploy(deployments, app, bundle, undefined, { guard });
    const none = { release: null, config: null };
    await assert.rejects(order({ expect: { ...none, release: 1 } }), {
      code: 'plan_stale',
      details: { moved: ['release'] },
    });
    await assert.rejects(order({ expect: none, waitSeconds: 5 }), { code: 'invalid_input' });
    const first = await followDeploy(deployments, (await order({ expect: none })).id);
    assert.equal(first.deploy.release, 1);
    await assert.rejects(order({ expect: { release: null, config: 'cfg_x' } }), {
      details: { moved: ['release', 'config'] },
    });
    const params = { app: 'shop', version: 'v1' };
    const request = { ...requestOf(), params, body: undefined };
    const content = await deployments.routes.getReleaseContent(request);
    assert.deepEqual(
      [content.files?.map(({ path }) => path), content.processes.map(({ name }) => name), content.variables],
      [['Procfile'], ['web', 'worker'], []],
    );
  });

  it('go on waiting over a restart of rigd', async (test) => {
    const { app, deployments, letGo, platform } = await startBusy(test);
    const bundle = await platform.commit(app, { Procfile: 'web: next\n' });
    const waiting = await orderDeploy(deployments, app, bundle, undefined, { guard: LONG });
    const back = await orderRollback(deployments, app, 1, { guard: LONG });
    await deployments.stop();
    letGo();
    const second = await platform.live();
    const end = await followDeploy(second, waiting.id);
    assert.deepEqual([end.deploy.status, end.deploy.release], ['succeeded', 3]);
    assert.equal((await followDeploy(second, back.id)).deploy.release, 4);
  });

  it('give up waiting in time, whoever is before them, and change nothing', async (test) => {
    const { app, deployments, letGo, platform, running } = await startBusy(test);
    const bundle = await platform.commit(app, { Procfile: 'web: next\n' });
    const patient = await orderDeploy(deployments, app, bundle, undefined, { guard: LONG });
    const hasty = await orderDeploy(deployments, app, bundle, undefined, { guard: { waitSeconds: 1 } });
    const { deploy, events } = await followDeploy(deployments, hasty.id);
    assert.deepEqual([deploy.status, deploy.error?.code, deploy.release], ['failed', 'timed_out', null]);
    assert.match(deploy.error?.message ?? '', /ann is still deploying/);
    assert.equal(events.length, 1);
    assert.equal(await statusOf(deployments, running.id), 'running');
    assert.equal(await statusOf(deployments, patient.id), 'queued');
    letGo();
    assert.equal((await followDeploy(deployments, patient.id)).deploy.status, 'succeeded');
  });
});

const lock = (deployments: Deployments, user: string, body: { reason?: string; seconds?: number }) =>
  deployments.routes.lockApp({ ...requestOf(user), params: { app: 'shop' }, body });
const unlock = (deployments: Deployments, user: string, force = false) =>
  deployments.routes.unlockApp({
    ...requestOf(user),
    params: { app: 'shop' },
    query: { force: force ? 'true' : 'false' },
    body: undefined,
  });

describe('a lock', () => {
  it('keeps everybody but its owner from deploying, and says why', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, PROCFILE_APP);
    await lock(deployments, 'ann', { reason: 'moving' });
    await assert.rejects(orderDeploy(deployments, app, bundle, undefined, { user: 'bob' }), {
      code: 'app_locked',
      message: /shop is locked by ann since .*"moving"/,
    });
    await assert.rejects(lock(deployments, 'bob', {}), { code: 'app_locked' });
    await assert.rejects(unlock(deployments, 'bob'), { code: 'app_locked' });
    const own = await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
    assert.equal(own.deploy.status, 'succeeded');
    const waiting = await orderDeploy(deployments, app, bundle, undefined, { user: 'bob', guard: LONG });
    assert.deepEqual([waiting.status, waiting.queue?.waitsFor?.kind], ['queued', 'lock']);
    assert.equal((await deployments.lockOf(app))?.owner, 'ann');
    assert.equal((await unlock(deployments, 'bob', true)).released?.reason, 'moving');
    assert.equal((await followDeploy(deployments, waiting.id)).deploy.status, 'succeeded');
    assert.deepEqual(await unlock(deployments, 'bob'), { released: null });
  });

  it('ends by itself, and who waits begins then', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, PROCFILE_APP);
    await lock(deployments, 'ann', { seconds: 1 });
    const waiting = await orderDeploy(deployments, app, bundle, undefined, { user: 'bob', guard: LONG });
    assert.equal(waiting.status, 'queued');
    assert.equal((await followDeploy(deployments, waiting.id)).deploy.status, 'succeeded');
    await waitUntil(async () => (await deployments.lockOf(app)) === null, 'the lock to be gone');
  });
});

import assert from 'node:assert/strict';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { ConfigChange, RollbackPart } from '@rig-ops/contract/resources';
import {
  followDeploy,
  orderDeploy,
  orderRollback,
  requestOf,
  startTestDeployments,
} from '../deploys/testing/start-test-deployments.ts';

const appOf = (answer: string) => ({ Procfile: `web: serve ${answer}` });

/** An app with a platform, and what can be asked of its releases. */
async function startWithApp(test: TestContext) {
  const platform = await startTestDeployments(test);
  const app = await platform.addApp('shop');
  const deployments = await platform.live();
  const { routes } = deployments;
  const params = { app: app.name };
  const end = async (order: Promise<{ id: string }>) => {
    const { deploy } = await followDeploy(deployments, (await order).id);
    assert.equal(deploy.status, 'succeeded', JSON.stringify(deploy.error));
    return deploy.release ?? 0;
  };
  const deploy = async (answer: string, config?: ConfigChange) =>
    end(
      routes.createDeploy({
        ...requestOf(),
        params,
        body: {
          bundle: await platform.commit(app, appOf(answer)),
          ...(config === undefined ? {} : { config }),
        },
      }),
    );
  return {
    ...platform,
    app,
    deployments,
    end,
    deploy,
    rollBack: (to: number, only: RollbackPart) =>
      end(routes.createRollback({ ...requestOf(), params, body: { to, only } })),
    release: (version: string) =>
      routes.getRelease({ ...requestOf(), params: { ...params, version }, body: undefined }),
    versions: async () =>
      (await routes.listReleases({ ...requestOf(), params, body: undefined })).releases.map(
        ({ version }) => version,
      ),
    tag: (tag: string, version: number, force = false) =>
      routes.tagRelease({ ...requestOf(), params: { ...params, tag }, body: { version, force } }),
    untag: (tag: string) =>
      routes.untagRelease({ ...requestOf(), params: { ...params, tag }, body: undefined }),
    prune: (body: { keep?: number; olderThanSeconds?: number; dryRun?: boolean }) =>
      routes.pruneReleases({ ...requestOf(), params, body }),
  };
}

describe('a rollback of a part', () => {
  it('brings back the code and keeps the configuration, or the other way round', async (test) => {
    const { deploy, release, rollBack } = await startWithApp(test);
    await deploy('one', { set: [{ key: 'A', value: '1' }] });
    await deploy('two', { set: [{ key: 'A', value: '2' }] });
    const [one, two] = [await release('1'), await release('2')];
    assert.notEqual(one.configId, two.configId);
    const code = await release(String(await rollBack(1, 'code')));
    assert.deepEqual(
      [code.buildId, code.bundleId, code.configId, code.rollbackOf, code.rollbackOnly],
      [one.buildId, one.bundleId, two.configId, 1, 'code'],
    );
    assert.deepEqual(code.processes, one.processes);
    const back = await release(String(await rollBack(2, 'code')));
    assert.deepEqual([back.buildId, back.configId], [two.buildId, two.configId]);
    const config = await release(String(await rollBack(1, 'config')));
    assert.deepEqual(
      [config.buildId, config.bundleId, config.configId, config.rollbackOf, config.rollbackOnly],
      [two.buildId, two.bundleId, one.configId, 1, 'config'],
    );
    assert.deepEqual(config.processes, two.processes);
    // What the app deploys with next.
    const next = await release(String(await deploy('three')));
    assert.equal(next.configId, one.configId);
  });

  it('of the configuration needs none of the old files', async (test) => {
    const { deploy, deployments, app, layout, release, rollBack } = await startWithApp(test);
    await deploy('one', { set: [{ key: 'A', value: '1' }] });
    await deploy('two', { set: [{ key: 'A', value: '2' }] });
    await rm(join(layout.artifacts, (await release('1')).buildId), { recursive: true });
    await assert.rejects(orderRollback(deployments, app, 1), { code: 'release_not_found' });
    const rolled = await release(String(await rollBack(1, 'config')));
    assert.equal(rolled.configId, (await release('1')).configId);
  });
});

describe('tags', () => {
  it('name a release, and are what it is found by', async (test) => {
    const { deploy, release, tag, untag } = await startWithApp(test);
    await deploy('one');
    await deploy('two');
    assert.deepEqual((await tag('stable', 1)).tags, ['stable']);
    assert.equal((await release('stable')).version, 1);
    await assert.rejects(tag('stable', 2), { code: 'tag_taken', exitCode: 7 });
    assert.equal((await tag('stable', 2, true)).version, 2);
    assert.equal((await release('stable')).version, 2);
    assert.deepEqual((await release('v1')).tags, []);
    await assert.rejects(tag('good', 9), { code: 'release_not_found' });
    assert.equal((await untag('stable')).version, 2);
    await assert.rejects(untag('stable'), { code: 'tag_not_found', exitCode: 6 });
    await assert.rejects(release('stable'), { code: 'release_not_found' });
  });
});

describe('old releases', () => {
  it('go with their artifacts, but for those that something needs', async (test) => {
    const { deploy, layout, prune, release, tag, versions } = await startWithApp(test);
    for (const answer of ['one', 'two', 'three', 'four', 'five']) await deploy(answer);
    await tag('stable', 2);
    const { buildId } = await release('1');
    const planned = await prune({ keep: 1, dryRun: true });
    assert.deepEqual(
      [planned.removed.map(({ version }) => version), planned.kept],
      [
        [3, 1],
        [
          { version: 4, because: 'rollback' },
          { version: 2, because: 'tagged' },
        ],
      ],
    );
    assert.deepEqual(await versions(), [5, 4, 3, 2, 1]);
    await access(join(layout.artifacts, buildId));
    const pruned = await prune({ keep: 1 });
    assert.deepEqual([pruned.removed, pruned.artifacts], [planned.removed, 2]);
    assert.ok(pruned.bytes > 0);
    assert.deepEqual(await versions(), [5, 4, 2]);
    await assert.rejects(access(join(layout.artifacts, buildId)));
    await assert.rejects(release('1'), { code: 'release_not_found' });
    assert.equal((await prune({ keep: 1 })).removed.length, 0);
    assert.equal(await deploy('six'), 6);
    await assert.rejects(prune({}), { code: 'invalid_input' });
    assert.deepEqual((await prune({ olderThanSeconds: 3600 })).removed, []);
  });
});

describe('a deploy that waits', () => {
  it('can be cancelled without a word of the one that runs', async (test) => {
    const platform = await startTestDeployments(test, { buildStep: () => new Promise<number>(() => {}) });
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const { cancelDeploy, cancelDeployById, lockApp } = deployments.routes;
    const params = { app: app.name };
    const bundle = await platform.commit(app, appOf('one'));
    await lockApp({ ...requestOf('bob'), params, body: {} });
    const wait = () =>
      orderDeploy(deployments, app, bundle, undefined, { user: 'ann', guard: { waitSeconds: 60 } });
    const first = await wait();
    const second = await wait();
    const cancel = () => cancelDeploy({ ...requestOf('bob'), params, body: undefined });
    await assert.rejects(cancel(), { code: 'deploy_not_found' });
    const ended = await cancelDeployById({
      ...requestOf('bob'),
      params: { deploy: second.id },
      body: undefined,
    });
    assert.deepEqual([ended.status, ended.error?.code, ended.error?.exitCode], ['failed', 'cancelled', 12]);
    const only = await cancel();
    assert.deepEqual([only.id, only.status, only.error?.code], [first.id, 'failed', 'cancelled']);
    const { deploy } = await followDeploy(deployments, first.id);
    assert.equal(deploy.error?.exitCode, 12);
    await assert.rejects(cancel(), { code: 'deploy_not_found' });
  });
});

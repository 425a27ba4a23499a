import assert from 'node:assert/strict';
import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { BuildOptions } from '@rig-ops/contract/resources';
import type { Deployments } from '../../deployments.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { callerNamed } from '../access/testing/caller-named.ts';
import type { AppRecord } from '../apps/app-store.ts';
import { PlatformEngines } from '../../engines/platform-engines.ts';
import { Mortal } from './testing/mortal.ts';
import { followDeploy, orderDeploy, startTestDeployments } from './testing/start-test-deployments.ts';

/** One build step, which the fake engine plays. */
const BUILT_APP = {
  'package.json': JSON.stringify({ scripts: { build: 'make it', start: 'serve' } }),
};

const request = (user = 'ann') => ({
  query: {},
  body: undefined,
  identity: callerNamed(user),
  requestId: 'test',
  signal: new AbortController().signal,
});
const buildOf = (deployments: Deployments, build: string) =>
  deployments.routes.getBuild({ ...request(), params: { build } });
const cancelBuild = (deployments: Deployments, build: string, user?: string) =>
  deployments.routes.cancelBuild({ ...request(user), params: { build } });
const deployOf = (deployments: Deployments, deploy: string) =>
  deployments.routes.getDeploy({ ...request(), params: { deploy } });
const order = (deployments: Deployments, app: AppRecord, bundle: string, build: BuildOptions) =>
  deployments.routes.createDeploy({ ...request(), params: { app: app.name }, body: { bundle, build } });

/** An engine whose build steps wait until they are let go. */
function heldBuilds() {
  const gate = Promise.withResolvers<number>();
  return { buildStep: () => gate.promise, letGo: () => gate.resolve(0) };
}

/** Waits until a deploy has a build, and answers its id. */
async function untilBuild(deployments: Deployments, deploy: string, status: string): Promise<string> {
  let id = '';
  await waitUntil(async () => {
    id = (await deployOf(deployments, deploy)).buildId ?? '';
    return id !== '' && (await buildOf(deployments, id)).status === status;
  }, `a build that is ${status}`);
  return id;
}

describe('a deploy of what was built before', () => {
  it('takes the artifact, unless it is told to build', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, BUILT_APP);
    const run = async (build: BuildOptions = {}) =>
      (await followDeploy(deployments, (await order(deployments, app, bundle, build)).id)).deploy;
    const first = await run();
    assert.deepEqual([first.status, first.reusedBuild], ['succeeded', false]);
    const second = await run();
    assert.deepEqual([second.buildId, second.reusedBuild, second.release], [first.buildId, true, 2]);
    const third = await run({ rebuild: true });
    assert.equal(third.reusedBuild, false);
    const fourth = await run({ cache: false });
    assert.equal(fourth.reusedBuild, false);
    assert.equal((await run()).buildId, fourth.buildId);
    // Without the artifact there is nothing to take.
    for (const { buildId } of [first, third, fourth])
      await rm(join(platform.layout.artifacts, buildId ?? ''), { recursive: true });
    assert.equal((await run()).reusedBuild, false);
  });

  it('is told apart by config for builds, and by the version of rigd', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const bundle = await platform.commit(app, BUILT_APP);
    const old = await platform.live({ version: '1.0.0' });
    await followDeploy(old, (await orderDeploy(old, app, bundle)).id);
    const config = { set: [{ key: 'SITE', value: 'a', build: true }] };
    const changed = await old.routes.createDeploy({
      ...request(),
      params: { app: app.name },
      body: { bundle, config },
    });
    assert.equal((await followDeploy(old, changed.id)).deploy.reusedBuild, false);
    assert.equal(
      (await followDeploy(old, (await orderDeploy(old, app, bundle)).id)).deploy.reusedBuild,
      true,
    );
    await old.stop();
    const newer = await platform.live({ version: '2.0.0' });
    const { deploy } = await followDeploy(newer, (await orderDeploy(newer, app, bundle)).id);
    assert.equal(deploy.reusedBuild, false);
  });

  it('has what it needs wherever rigd is killed', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const bundle = await platform.commit(app, BUILT_APP);
    const calm = await platform.live();
    const { deploy: first } = await followDeploy(calm, (await orderDeploy(calm, app, bundle)).id);
    await calm.stop();
    for (let writes = 0; ; writes += 1) {
      const mortal = new Mortal(writes);
      const life = await platform.live({
        db: platform.db.withPlugin(mortal.plugin),
        engines: new PlatformEngines(mortal.reach(platform.engine)),
      });
      const ordered = await orderDeploy(life, app, bundle).catch(() => null);
      const over = async () => ordered === null || (await deployOf(life, ordered.id)).status !== 'running';
      await waitUntil(() => mortal.dead || over().catch(() => mortal.dead), 'the deploy or rigd to end');
      await life.stop();
      const next = await platform.live();
      if (ordered !== null) {
        const { deploy } = await followDeploy(next, ordered.id);
        const where = `died at write ${writes}, ${mortal.last}`;
        assert.equal(deploy.status, 'succeeded', `${where}: ${JSON.stringify(deploy.error)}`);
        await access(join(platform.layout.artifacts, deploy.buildId ?? ''));
        assert.equal(deploy.buildId, first.buildId, where);
      }
      await next.stop();
      if (!mortal.dead) break;
    }
  });
});

describe('a build that is cancelled', () => {
  it('ends with its deploy, and says who did it', async (test) => {
    const held = heldBuilds();
    const platform = await startTestDeployments(test, held);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const { id } = await orderDeploy(deployments, app, await platform.commit(app, BUILT_APP));
    const build = await untilBuild(deployments, id, 'running');
    const shown = await cancelBuild(deployments, build, 'bob');
    assert.equal(shown.status, 'cancelled');
    const deploy = await deployOf(deployments, id);
    assert.equal(deploy.status, 'failed');
    assert.equal(deploy.cancelledBy, 'bob');
    assert.partialDeepStrictEqual(deploy.error, { code: 'cancelled', exitCode: 12 });
    assert.match(deploy.error?.message ?? '', /by bob/);
    await assert.rejects(access(join(platform.layout.artifacts, build)));
    await assert.rejects(cancelBuild(deployments, build), { code: 'build_ended', exitCode: 7 });
    await assert.rejects(cancelBuild(deployments, 'bld_none'), { code: 'build_not_found' });
    held.letGo();
    const again = await orderDeploy(deployments, app, await platform.commit(app, BUILT_APP));
    const { deploy: later } = await followDeploy(deployments, again.id);
    assert.deepEqual([later.status, later.reusedBuild], ['succeeded', false]);
    await assert.rejects(
      deployments.routes.cancelDeployById({ ...request(), params: { deploy: again.id } }),
      {
        code: 'deploy_not_cancellable',
      },
    );
  });

  it('is ended by the next life when rigd is killed before it has', async (test) => {
    const held = heldBuilds();
    const platform = await startTestDeployments(test, held);
    const app = await platform.addApp('shop');
    const bundle = await platform.commit(app, BUILT_APP);
    for (let writes = 1; writes <= 12; writes += 1) {
      const calm = await platform.live();
      const { id } = await orderDeploy(calm, app, bundle);
      const build = await untilBuild(calm, id, 'running');
      await calm.stop();
      const mortal = new Mortal(writes);
      const life = await platform.live({
        db: platform.db.withPlugin(mortal.plugin),
        engines: new PlatformEngines(mortal.reach(platform.engine)),
      });
      await cancelBuild(life, build, 'bob').catch((error: unknown) => {
        if (!mortal.dead) throw error;
      });
      await life.stop();
      const next = await platform.live();
      // What was not noted was not accepted.
      const { cancelledBy } = await deployOf(next, id);
      if (cancelledBy === null) await cancelBuild(next, build, 'bob');
      const { deploy } = await followDeploy(next, id);
      assert.equal(deploy.error?.code, 'cancelled', `died at write ${writes}, ${mortal.last}`);
      assert.equal((await buildOf(next, build)).status, 'cancelled');
      await next.stop();
      if (!mortal.dead) break;
    }
    held.letGo();
  });
});

describe('builds that are many', () => {
  it('wait for their turn, told their place, also over a restart of rigd, and can be cancelled there', async (test) => {
    const held = heldBuilds();
    const platform = await startTestDeployments(test, held);
    await writeFile(platform.layout.buildLimits, JSON.stringify({ concurrent: 1 }));
    const apps = await Promise.all(['one', 'two', 'three'].map((name) => platform.addApp(name)));
    let deployments = await platform.live();
    const ids: string[] = [];
    for (const app of apps) {
      const { id } = await orderDeploy(deployments, app, await platform.commit(app, BUILT_APP));
      await untilBuild(deployments, id, ids.length === 0 ? 'running' : 'pending');
      ids.push(id);
    }
    const positions = async () => {
      const found = [];
      for (const id of ids) {
        const { buildId } = await deployOf(deployments, id);
        found.push((await buildOf(deployments, buildId ?? '')).position);
      }
      return found;
    };
    const inOrder = async () => JSON.stringify(await positions()) === '[null,1,2]';
    await waitUntil(inOrder, 'two builds to wait');
    await deployments.stop();
    deployments = await platform.live();
    await waitUntil(inOrder, 'two builds to wait in the next life');
    const [first = '', second = '', third = ''] = ids;
    const { buildId } = await deployOf(deployments, second);
    assert.equal((await cancelBuild(deployments, buildId ?? '', 'bob')).status, 'cancelled');
    await waitUntil(async () => (await positions())[2] === 1, 'the last to be the next');
    held.letGo();
    for (const id of [first, third])
      assert.equal((await followDeploy(deployments, id)).deploy.status, 'succeeded');
    const { events } = await followDeploy(deployments, third);
    const told = events.flatMap(({ type, position }) => (type === 'build-queued' ? [position] : []));
    assert.deepEqual(told.slice(0, 1), [2]);
    assert.equal(told.at(-1), 1);
  });
});

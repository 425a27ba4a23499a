import assert from 'node:assert/strict';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { FakeProgram } from '../../engines/fake/fake-program.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { APP_PORTS } from '../../ports/find-free-port.ts';
import { firstPortOf } from './app-ports.ts';
import { readEdgeRoutes } from './edge.ts';
import {
  followDeploy,
  orderDeploy,
  orderRollback,
  PROCFILE_APP,
  startTestDeployments,
} from './testing/start-test-deployments.ts';

const WEB_APP = { Procfile: 'web: serve\n' };

describe('a deploy that fails', () => {
  it('at a step of its build names the step and leaves nothing', async (test) => {
    const platform = await startTestDeployments(test, {
      buildStep: (_job, name) => (name === 'make' ? 2 : 0),
    });
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, {
      'rig.toml': '[build]\ncommand = "make"\n[processes]\nweb = "serve"\n',
    });
    const { deploy, events } = await followDeploy(
      deployments,
      (await orderDeploy(deployments, app, bundle)).id,
    );
    assert.equal(deploy.status, 'failed');
    assert.equal(deploy.step, 'build');
    assert.equal(deploy.release, null);
    assert.equal(deploy.error?.code, 'build_failed');
    assert.equal(deploy.error?.exitCode, 10);
    assert.equal(deploy.error?.details?.['step'], 'make');
    assert.equal(deploy.error?.details?.['exitCode'], 2);
    assert.deepEqual(
      events.filter(({ type }) => type === 'build-step').map(({ name, status }) => `${name} ${status}`),
      ['make started', 'make failed'],
    );
    assert.deepEqual(await readdir(platform.layout.artifacts), []);
    assert.equal((await deployments.stateOf(app)).status, 'empty');
  });

  it('because of its source has the exit code of the source', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, { 'rig.toml': 'x = 1' });
    const { deploy } = await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
    assert.equal(deploy.error?.code, 'invalid_rig_toml');
    assert.equal(deploy.error?.exitCode, 3);
  });

  it('because an instance ends at once leaves the release before serving', async (test) => {
    let program: FakeProgram = { does: 'serve' };
    const platform = await startTestDeployments(test, { program: () => program });
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, WEB_APP);
    await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
    const before = await readEdgeRoutes(platform.layout.edgeRoutes);
    program = { does: 'exit', exitCode: 4 };
    const { deploy } = await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
    assert.equal(deploy.step, 'health');
    assert.equal(deploy.error?.code, 'release_failed');
    assert.equal(deploy.error?.exitCode, 11);
    assert.match(deploy.error?.message ?? '', /web\.1 exited with code 4/);
    assert.deepEqual(await readEdgeRoutes(platform.layout.edgeRoutes), before);
    const running = await platform.engine.instances();
    assert.deepEqual(
      running.map(({ spec }) => `${spec.name} v${spec.release}`),
      ['web.1 v1'],
    );
    assert.equal((await deployments.stateOf(app)).release, 1);
  });

  it('because nothing listens says so in time', async (test) => {
    const platform = await startTestDeployments(test, { program: () => ({ does: 'wait' }) });
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, { ...WEB_APP, 'rig.toml': '[health]\ntimeout = 1\n' });
    const { deploy } = await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
    assert.equal(deploy.error?.code, 'release_failed');
    assert.match(deploy.error?.message ?? '', /within 1 s: on port 2\d{4} it does not listen/);
    assert.deepEqual(await platform.engine.instances(), []);
  });
});

describe('deploys', () => {
  it('come one at a time per app', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const other = await platform.addApp('blog');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, PROCFILE_APP);
    const otherBundle = await platform.commit(other, PROCFILE_APP);
    const orders = await Promise.allSettled([
      orderDeploy(deployments, app, bundle),
      orderDeploy(deployments, app, bundle),
      orderDeploy(deployments, other, otherBundle),
    ]);
    assert.deepEqual(orders.map(({ status }) => status).toSorted(), ['fulfilled', 'fulfilled', 'rejected']);
    const refused = orders.find((order) => order.status === 'rejected');
    assert.equal((refused?.reason as { code?: string } | undefined)?.code, 'deploy_in_progress');
    for (const order of orders) {
      if (order.status === 'fulfilled')
        assert.equal((await followDeploy(deployments, order.value.id)).deploy.status, 'succeeded');
    }
    const [shop, blog] = [await deployments.stateOf(app), await deployments.stateOf(other)];
    assert.notEqual(shop.url, blog.url);
  });

  it('take another port on the first try when theirs is taken', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, WEB_APP);
    const { first: lowest, last } = APP_PORTS;
    const start = firstPortOf(platform.layout.root);
    const taken = [0, 1, 2, 3].map((step) => lowest + ((start - lowest + step) % (last - lowest + 1)));
    for (const port of taken) platform.edge.takenPorts.add(port);
    const first = (await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id)).deploy;
    const port = Number(new URL(first.url ?? '').port);
    assert.ok(port >= lowest && port <= last && !taken.includes(port), String(port));
    platform.edge.takenPorts.add(port);
    const second = (await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id)).deploy;
    assert.equal(second.url, first.url);
  });

  it('refuse to return to what is not there', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    await assert.rejects(orderRollback(deployments, app), { code: 'release_not_found' });
    const bundle = await platform.commit(app, WEB_APP);
    await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
    await assert.rejects(orderRollback(deployments, app), { code: 'release_not_found' });
    await assert.rejects(orderRollback(deployments, app, 1), { code: 'release_current' });
    await assert.rejects(orderRollback(deployments, app, 7), { code: 'release_not_found' });
    await assert.rejects(orderDeploy(deployments, app, 'f'.repeat(64)), { code: 'not_found' });
  });

  it('keep the artifacts of the latest ten releases', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const builds: string[] = [];
    for (let version = 1; version <= 12; version += 1) {
      const bundle = await platform.commit(app, { ...WEB_APP, 'version.txt': String(version) });
      const { deploy } = await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
      assert.equal(deploy.release, version);
      builds.push(deploy.buildId ?? '');
    }
    const kept = async () => (await readdir(platform.layout.artifacts)).toSorted();
    const wanted = builds.slice(2).toSorted();
    await waitUntil(async () => (await kept()).length === wanted.length, 'old artifacts to go');
    assert.deepEqual(await kept(), wanted);
    await assert.rejects(orderRollback(deployments, app, 1), {
      code: 'release_not_found',
      message: /not kept/,
    });
    const back = await followDeploy(deployments, (await orderRollback(deployments, app, 3)).id);
    assert.equal(back.deploy.status, 'succeeded');
  });
});

describe('an app that is destroyed', () => {
  it('leaves nothing, also in the middle of a deploy', async (test) => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const platform = await startTestDeployments(test, {
      buildStep: async (_job, name) => {
        if (name === 'hold') await held;
        return 0;
      },
    });
    test.after(() => release());
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const live = await orderDeploy(deployments, app, await platform.commit(app, PROCFILE_APP));
    const { buildId } = (await followDeploy(deployments, live.id)).deploy;
    const holding = await platform.commit(app, {
      'rig.toml': '[build]\ncommand = "hold"\n[processes]\nweb = "serve"\n',
    });
    const { id } = await orderDeploy(deployments, app, holding);
    const following = followDeploy(deployments, id);
    const isBuilding = async () => {
      for await (const { type } of deployments.events(id, 0, AbortSignal.timeout(5_000)))
        if (type === 'build-step') return true;
      return false;
    };
    assert.ok(await isBuilding());
    assert.equal(await platform.apps.markDestroying(app.id, new Date().toISOString()), true);
    await deployments.destroyApp(app);
    assert.equal((await following).deploy.error?.code, 'cancelled');
    assert.deepEqual(await platform.engine.instances(), []);
    await assert.rejects(access(join(platform.layout.artifacts, buildId ?? '')));
    assert.deepEqual(await readdir(join(platform.layout.root, 'cache', 'home')), []);
    assert.deepEqual((await readEdgeRoutes(platform.layout.edgeRoutes))?.apps, []);
    await deployments.destroyApp(app);
    await platform.apps.remove(app.id);
  });

  it('tells who follows its deploy, also while the release before drains', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, { ...WEB_APP, 'rig.toml': 'drain = 60\n' });
    await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
    const [old] = await platform.engine.instances();
    platform.edge.inFlight[old?.spec.id ?? ''] = 1;
    const { id } = await orderDeploy(deployments, app, bundle);
    const following = followDeploy(deployments, id);
    for await (const { step, status } of deployments.events(id, 0, AbortSignal.timeout(5_000)))
      if (step === 'drain' && status === 'started') break;
    await platform.apps.markDestroying(app.id, new Date().toISOString());
    await deployments.destroyApp(app);
    assert.equal((await following).deploy.endedAt === null, false);
    assert.deepEqual(await platform.engine.instances(), []);
  });
});

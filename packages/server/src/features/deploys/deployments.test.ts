import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { waitUntil } from '../../testing/wait-until.ts';
import { readEdgeRoutes } from './edge.ts';
import {
  followDeploy,
  orderDeploy,
  orderRollback,
  PROCFILE_APP,
  startTestDeployments,
} from './testing/start-test-deployments.ts';

describe('a deploy', () => {
  it('goes through its steps and leaves a live release with its routes', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const ordered = await orderDeploy(deployments, app, await platform.commit(app, PROCFILE_APP));
    const { deploy, events } = await followDeploy(deployments, ordered.id);
    assert.equal(deploy.status, 'succeeded', JSON.stringify(deploy.error));
    assert.deepEqual(
      events.filter(({ type }) => type === 'step').map(({ step, status }) => `${step} ${status}`),
      ['build', 'start', 'health', 'switch', 'drain'].flatMap((step) => [
        `${step} started`,
        `${step} succeeded`,
      ]),
    );
    const state = await deployments.stateOf(app);
    assert.equal(state.status, 'running');
    assert.equal(state.release, 1);
    assert.equal(state.url, deploy.url);
    assert.deepEqual(
      state.instances.map(({ name, state, health }) => [name, state, health]),
      [
        ['web.1', 'running', 'healthy'],
        ['worker.1', 'running', 'healthy'],
      ],
    );
    const routes = await readEdgeRoutes(platform.layout.edgeRoutes);
    const [routed] = routes?.apps ?? [];
    assert.equal(routed?.release, 1);
    const [upstream] = routed?.upstreams ?? [];
    const answer = await fetch(`http://${upstream?.host}:${upstream?.port}/`);
    assert.equal(await answer.text(), 'shop v1 /\n');
  });

  it('has its routes applied also when the file of the routes was lost', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, PROCFILE_APP);
    await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
    const applied = (await readEdgeRoutes(platform.layout.edgeRoutes))?.generation ?? 0;
    await rm(platform.layout.edgeRoutes);
    await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
    const routes = await readEdgeRoutes(platform.layout.edgeRoutes);
    assert.ok((routes?.generation ?? 0) > applied, 'the edge ignores what is not later');
  });

  it('switches to the next release and ends the one before', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const first = await orderDeploy(deployments, app, await platform.commit(app, PROCFILE_APP));
    const { url } = (await followDeploy(deployments, first.id)).deploy;
    const bundle = await platform.commit(app, { Procfile: 'web: serve\n' });
    const second = await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
    assert.equal(second.deploy.status, 'succeeded', JSON.stringify(second.deploy.error));
    assert.equal(second.deploy.url, url);
    const running = await platform.engine.instances();
    assert.deepEqual(
      running.map(({ spec }) => `${spec.name} v${spec.release}`),
      ['web.1 v2'],
    );
    const third = await followDeploy(deployments, (await orderRollback(deployments, app)).id);
    assert.equal(third.deploy.release, 3);
    const after = await platform.engine.instances();
    assert.deepEqual(after.map(({ spec }) => `${spec.name} v${spec.release}`).toSorted(), [
      'web.1 v3',
      'worker.1 v3',
    ]);
  });

  it('waits for requests under way before it ends what served them', async (test) => {
    const platform = await startTestDeployments(test);
    const app = await platform.addApp('shop');
    const deployments = await platform.live();
    const bundle = await platform.commit(app, PROCFILE_APP);
    await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
    const old = (await platform.engine.instances()).find(({ spec }) => spec.process === 'web');
    assert.ok(old);
    platform.edge.inFlight[old.spec.id] = 1;
    const { id } = await orderDeploy(deployments, app, bundle);
    const inDrain = async () => (await deployments.stateOf(app)).release === 2;
    await waitUntil(inDrain, 'the second release to be live');
    const states = async () => (await platform.engine.instances()).map(({ spec, state }) => [spec.id, state]);
    await waitUntil(async () => (await states()).length === 3, 'the old worker to end');
    assert.ok((await states()).some(([each, state]) => each === old.spec.id && state === 'running'));
    delete platform.edge.inFlight[old.spec.id];
    assert.equal((await followDeploy(deployments, id)).deploy.status, 'succeeded');
    assert.ok(!(await states()).some(([each]) => each === old.spec.id));
  });
});

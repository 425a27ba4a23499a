import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitUntil } from '../../testing/wait-until.ts';
import { readEdgeRoutes } from '../deploys/edge.ts';
import {
  followDeploy,
  orderDeploy,
  PROCFILE_APP,
  startTestDeployments,
} from '../deploys/testing/start-test-deployments.ts';

type TestPlatform = Awaited<ReturnType<typeof startTestDeployments>>;

async function deployShop(platform: TestPlatform) {
  const app = await platform.addApp('shop');
  const deployments = await platform.live();
  const bundle = await platform.commit(app, PROCFILE_APP);
  const { deploy } = await followDeploy(deployments, (await orderDeploy(deployments, app, bundle)).id);
  assert.equal(deploy.status, 'succeeded', JSON.stringify(deploy.error));
  return { app, deployments, url: deploy.url };
}

const upstreamsOf = async (platform: TestPlatform) =>
  (await readEdgeRoutes(platform.layout.edgeRoutes))?.apps[0]?.upstreams ?? [];

const webOf = async (platform: TestPlatform) =>
  (await platform.engine.instances()).find(({ spec }) => spec.process === 'web')?.spec.id ?? '';

describe('instances of a live release', () => {
  it('start again after they crashed, and have no traffic meanwhile', async (test) => {
    const platform = await startTestDeployments(test);
    const { app, deployments } = await deployShop(platform);
    const before = await webOf(platform);
    await platform.engine.crash(before, 9);
    await waitUntil(async () => (await upstreamsOf(platform)).length === 0, 'traffic to leave it');
    const [crashed] = (await deployments.stateOf(app)).instances;
    assert.deepEqual([crashed?.state, crashed?.exitCode], ['crashed', 9]);
    assert.equal((await deployments.stateOf(app)).status, 'degraded');
    await waitUntil(async () => (await upstreamsOf(platform)).length === 1, 'traffic to come back');
    const [web] = (await deployments.stateOf(app)).instances;
    assert.deepEqual([web?.state, web?.health, web?.restarts], ['running', 'healthy', 1]);
    assert.notEqual(web?.id, before);
    assert.equal((await deployments.stateOf(app)).status, 'running');
    const kinds = (await platform.events.list({})).items.map(({ kind }) => kind);
    assert.ok(kinds.includes('instance.crashed') && kinds.includes('instance.restarted'), kinds.join());
    const left = (await platform.engine.instances()).filter(({ state }) => state === 'exited');
    assert.deepEqual(left, []);
  });

  it('come back where they were after the machine restarted', async (test) => {
    const platform = await startTestDeployments(test);
    const { app, deployments, url } = await deployShop(platform);
    await deployments.stop();
    await platform.engine.shutDown();
    const next = await platform.live();
    const isBack = async () => (await next.stateOf(app)).status === 'running';
    await waitUntil(isBack, 'everything to run again');
    const state = await next.stateOf(app);
    assert.equal(state.url, url);
    assert.deepEqual(
      state.instances.map(({ restarts }) => restarts),
      [0, 0],
    );
    await waitUntil(async () => (await upstreamsOf(platform)).length === 1, 'its route');
    const kinds = (await platform.events.list({})).items.map(({ kind }) => kind);
    assert.ok(!kinds.includes('instance.crashed'));
  });

  it('go on untouched while rigd is away', async (test) => {
    const platform = await startTestDeployments(test);
    const { app, deployments } = await deployShop(platform);
    const before = (await platform.engine.instances()).map(({ spec, pid }) => [spec.id, pid]);
    const routes = await readEdgeRoutes(platform.layout.edgeRoutes);
    await deployments.stop();
    const next = await platform.live();
    await waitUntil(async () => (await next.stateOf(app)).status === 'running', 'rigd to see them');
    assert.deepEqual(
      (await platform.engine.instances()).map(({ spec, pid }) => [spec.id, pid]),
      before,
    );
    assert.deepEqual(await readEdgeRoutes(platform.layout.edgeRoutes), routes);
  });

  it('are the only ones: what nobody wants is stopped', async (test) => {
    const platform = await startTestDeployments(test);
    await deployShop(platform);
    const [some] = await platform.engine.instances();
    assert.ok(some);
    await platform.engine.startInstance({ ...some.spec, id: 'ins_orphan', process: 'worker', env: {} });
    const isGone = async () =>
      (await platform.engine.instances()).every(({ spec }) => spec.id !== 'ins_orphan');
    await waitUntil(isGone, 'the orphan to go');
    assert.equal((await platform.engine.instances()).length, 2);
  });

  it('can be found for a command', async (test) => {
    const platform = await startTestDeployments(test);
    const { app, deployments } = await deployShop(platform);
    assert.equal((await deployments.resolveSession(app, {})).name, 'web.1');
    const worker = await deployments.resolveSession(app, { process: 'worker' });
    assert.equal(worker.name, 'worker.1');
    assert.equal(worker.env['RIG_APP'], 'shop');
    assert.equal(worker.env['PORT'], undefined);
    await assert.rejects(deployments.resolveSession(app, { process: 'cron' }), {
      code: 'process_not_found',
    });
    await assert.rejects(deployments.resolveSession(app, { instance: 'web.2' }), {
      code: 'instance_not_found',
    });
  });
});

import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import type { AppOperation } from '@rig-ops/contract/resources';
import type { Deployments } from '../../deployments.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { callerNamed } from '../access/testing/caller-named.ts';
import type { AppRecord } from '../apps/app-store.ts';
import { readEdgeRoutes } from '../deploys/edge.ts';
import {
  followDeploy,
  orderDeploy,
  PROCFILE_APP,
  startTestDeployments,
} from '../deploys/testing/start-test-deployments.ts';

const request = {
  identity: callerNamed('ann'),
  requestId: 'test',
  signal: new AbortController().signal,
  query: {},
};

type Setup = Awaited<ReturnType<typeof startTestDeployments>>;

/** `name → id` of what runs. */
const running = async ({ engine }: Setup): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await engine.instances())
      .filter(({ state }) => state === 'running')
      .map(({ spec }) => [spec.name, spec.id] as const)
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );

const routed = async ({ layout }: Setup) =>
  (await readEdgeRoutes(layout.edgeRoutes))?.apps[0]?.upstreams.map(({ name }) => name) ?? [];

async function untilEnded(rigd: Deployments, app: AppRecord): Promise<AppOperation> {
  const { operation } = await rigd.routes.getOperation({
    ...request,
    params: { app: app.name },
    body: undefined,
  });
  assert.ok(operation !== null);
  return operation;
}

const restart = (rigd: Deployments, app: AppRecord, body: { process?: string; instance?: string } = {}) =>
  rigd.routes.restartApp({ ...request, params: { app: app.name }, body });
const scale = (rigd: Deployments, app: AppRecord, processes: Record<string, number>) =>
  rigd.routes.scaleApp({ ...request, params: { app: app.name }, body: { processes } });

async function startWithApp(test: TestContext) {
  let broken = false;
  const setup = await startTestDeployments(test, {
    program: ({ process }) => {
      if (broken) return { does: 'exit', exitCode: 7 };
      return { does: process === 'web' ? 'serve' : 'wait' };
    },
  });
  const rigd = await setup.live();
  const app = await setup.addApp('shop');
  const bundle = await setup.commit(app, PROCFILE_APP);
  const deploy = async () => followDeploy(rigd, (await orderDeploy(rigd, app, bundle)).id);
  return { setup, rigd, app, bundle, deploy, breakIt: (how: boolean) => void (broken = how) };
}

it('a restart replaces what it is about, and the new one has requests before the old one stops', async (test) => {
  const { setup, rigd, app, deploy } = await startWithApp(test);
  await deploy();
  const before = await running(setup);
  // Whenever one stops, another one of its name has to be routed.
  const unrouted: string[] = [];
  const stop = setup.engine.stopInstance.bind(setup.engine);
  setup.engine.stopInstance = async (id) => {
    const routes = await readEdgeRoutes(setup.layout.edgeRoutes);
    const upstreams = routes?.apps[0]?.upstreams ?? [];
    if (upstreams.length === 0 || upstreams.some(({ instance }) => instance === id)) unrouted.push(id);
    await stop(id);
  };
  const { instances } = await restart(rigd, app, { process: 'web' });
  assert.deepEqual(instances, ['web.1']);
  assert.deepEqual((await untilEnded(rigd, app)).status, 'succeeded');
  const after = await running(setup);
  assert.deepEqual(Object.keys(after), Object.keys(before));
  assert.notEqual(after['web.1'], before['web.1']);
  assert.equal(after['worker.1'], before['worker.1']);
  assert.deepEqual(unrouted, []);
  assert.deepEqual(await routed(setup), ['web.1']);
  await restart(rigd, app);
  assert.deepEqual((await untilEnded(rigd, app)).status, 'succeeded');
  assert.notEqual((await running(setup))['worker.1'], before['worker.1']);
  await assert.rejects(restart(rigd, app, { process: 'cron' }), { code: 'process_not_found' });
  await assert.rejects(restart(rigd, app, { instance: 'web.9' }), { code: 'instance_not_found' });
});

it('a restart whose new instance does not become healthy leaves the old one alone', async (test) => {
  const { setup, rigd, app, deploy, breakIt } = await startWithApp(test);
  await deploy();
  const before = await running(setup);
  breakIt(true);
  await restart(rigd, app, { process: 'web' });
  const { status, failure } = await untilEnded(rigd, app);
  assert.deepEqual([status, failure?.code, failure?.exitCode], ['failed', 'release_failed', 11]);
  assert.match(failure?.message ?? '', /web\.1 exited with code 7/);
  assert.deepEqual(await running(setup), before);
  assert.deepEqual(await routed(setup), ['web.1']);
});

it('what is scaled stays so over releases, and down to none', async (test) => {
  const { setup, rigd, app, deploy } = await startWithApp(test);
  await deploy();
  const before = await running(setup);
  await scale(rigd, app, { web: 3, worker: 0 });
  assert.equal((await untilEnded(rigd, app)).status, 'succeeded');
  const after = await running(setup);
  assert.deepEqual(Object.keys(after), ['web.1', 'web.2', 'web.3']);
  assert.equal(after['web.1'], before['web.1'], 'what was there goes on');
  assert.deepEqual(await routed(setup), ['web.1', 'web.2', 'web.3']);
  assert.deepEqual(
    (await rigd.stateOf(app)).processes.map(({ name, instances }) => [name, instances]),
    [
      ['web', 3],
      ['worker', 0],
    ],
  );
  await deploy();
  assert.deepEqual(Object.keys(await running(setup)), ['web.1', 'web.2', 'web.3']);
  await scale(rigd, app, { web: 1 });
  await untilEnded(rigd, app);
  assert.deepEqual(Object.keys(await running(setup)), ['web.1']);
  await assert.rejects(scale(rigd, app, { cron: 1 }), { code: 'process_not_found' });
});

it('before the first release numbers are kept for it', async (test) => {
  const { setup, rigd, app, deploy } = await startWithApp(test);
  await scale(rigd, app, { web: 2 });
  await untilEnded(rigd, app);
  await deploy();
  assert.deepEqual(Object.keys(await running(setup)), ['web.1', 'web.2', 'worker.1']);
});

it('what cannot be scaled up is as it was', async (test) => {
  const { setup, rigd, app, deploy, breakIt } = await startWithApp(test);
  await deploy();
  const before = await running(setup);
  breakIt(true);
  await scale(rigd, app, { web: 2 });
  assert.equal((await untilEnded(rigd, app)).status, 'failed');
  assert.deepEqual(await running(setup), before);
  assert.equal((await rigd.stateOf(app)).processes[0]?.instances, 1);
});

it('no deploy begins within an operation, and no operation within a deploy', async (test) => {
  const { rigd, app, bundle, deploy } = await startWithApp(test);
  await deploy();
  await scale(rigd, app, { web: 2 });
  await assert.rejects(restart(rigd, app), { code: 'deploy_in_progress' });
  const { id } = await orderDeploy(rigd, app, bundle);
  assert.equal((await followDeploy(rigd, id)).deploy.status, 'succeeded');
  const second = await orderDeploy(rigd, app, bundle);
  await assert.rejects(restart(rigd, app), { code: 'deploy_in_progress' });
  await followDeploy(rigd, second.id);
  assert.equal((await rigd.stateOf(app)).instances.length, 3);
});

it('a life of rigd that ends within a restart leaves one instance in each place', async (test) => {
  const { setup, rigd, app, deploy } = await startWithApp(test);
  await deploy();
  await restart(rigd, app);
  await waitUntil(async () => (await setup.engine.instances()).length > 2, 'a second one in a place');
  await rigd.stop();
  const next = await setup.live();
  await waitUntil(async () => {
    const { instances, status } = await next.stateOf(app);
    return status === 'running' && instances.length === 2 && Object.keys(await running(setup)).length === 2;
  }, 'one in each place');
  assert.deepEqual(Object.keys(await running(setup)), ['web.1', 'worker.1']);
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import type { ConfigChange } from '@rig-ops/contract/resources';
import type { Deployments } from '../../deployments.ts';
import { callerNamed } from '../access/testing/caller-named.ts';
import type { AppRecord } from '../apps/app-store.ts';
import {
  followDeploy,
  orderDeploy,
  orderRollback,
  PROCFILE_APP,
  startTestDeployments,
} from '../deploys/testing/start-test-deployments.ts';

const request = {
  identity: callerNamed('ann'),
  requestId: 'test',
  signal: new AbortController().signal,
  query: {},
};
const change = (to: Deployments, app: AppRecord, body: ConfigChange & { deploy?: boolean }) =>
  to.routes.changeConfig({ ...request, params: { app: app.name }, body });
const configOf = (of: Deployments, app: AppRecord) =>
  of.routes.getConfig({ ...request, params: { app: app.name }, body: undefined });

type Setup = Awaited<ReturnType<typeof startTestDeployments>>;

/** What the instances that run find in their environment, of one variable. */
const found = ({ engine }: Setup, key: string) =>
  engine
    .instances()
    .then((reports) =>
      reports.filter(({ state }) => state === 'running').map(({ spec }) => spec.env[key] ?? null),
    );

async function startWithApp(test: TestContext) {
  const setup = await startTestDeployments(test, {
    program: ({ env, process }) =>
      env['A'] === 'bad' ? { does: 'exit', exitCode: 1 } : { does: process === 'web' ? 'serve' : 'wait' },
  });
  const rigd = await setup.live();
  const app = await setup.addApp('shop');
  const bundle = await setup.commit(app, PROCFILE_APP);
  const deploy = async () => (await followDeploy(rigd, (await orderDeploy(rigd, app, bundle)).id)).deploy;
  return { setup, rigd, app, bundle, deploy };
}

it('before the first release a change is only kept; after it each makes one', async (test) => {
  const { setup, rigd, app, deploy } = await startWithApp(test);
  const set = [
    { key: 'A', value: 'one' },
    { key: 'PASSWORD', value: 'geheim', secret: true },
  ];
  const first = await change(rigd, app, { set });
  assert.deepEqual([first.deploy, first.added], [null, ['A', 'PASSWORD']]);
  assert.deepEqual((await configOf(rigd, app)).live, null);
  assert.equal((await deploy()).release, 1);
  assert.deepEqual(await found(setup, 'PASSWORD'), ['geheim', 'geheim']);

  const second = await change(rigd, app, { set: [{ key: 'A', value: 'two' }] });
  const { deploy: done, events } = await followDeploy(rigd, second.deploy?.id ?? '');
  assert.deepEqual([done.kind, done.status, done.release], ['config', 'succeeded', 2]);
  assert.ok(!events.some(({ step }) => step === 'build'));
  assert.deepEqual(await found(setup, 'A'), ['two', 'two']);
  const shown = await configOf(rigd, app);
  assert.deepEqual([shown.live, shown.configId], [true, second.configId]);
  assert.deepEqual(
    shown.variables.map(({ key, value, secret }) => [key, value, secret]),
    [
      ['A', 'two', false],
      ['PASSWORD', null, true],
    ],
  );
  const [one, two] = await Promise.all(
    ['1', '2'].map((version) =>
      rigd.routes.getRelease({ ...request, params: { app: 'shop', version }, body: undefined }),
    ),
  );
  assert.equal(one?.buildId, two?.buildId);
  assert.notEqual(one?.configId, two?.configId);

  const same = await change(rigd, app, { set: [{ key: 'A', value: 'two' }] });
  assert.deepEqual([same.deploy, same.changed, same.configId], [null, [], second.configId]);
});

it('a rollback returns to the variables of its release as well', async (test) => {
  const { setup, rigd, app, deploy } = await startWithApp(test);
  await change(rigd, app, { set: [{ key: 'A', value: 'one' }] });
  await deploy();
  const { deploy: order } = await change(rigd, app, { set: [{ key: 'A', value: 'two' }] });
  await followDeploy(rigd, order?.id ?? '');
  await followDeploy(rigd, (await orderRollback(rigd, app)).id);
  assert.deepEqual(await found(setup, 'A'), ['one', 'one']);
  assert.equal((await configOf(rigd, app)).variables[0]?.value, 'one');
  await deploy();
  assert.deepEqual(await found(setup, 'A'), ['one', 'one']);
});

it('a change that does not become live has not happened', async (test) => {
  const { setup, rigd, app, deploy } = await startWithApp(test);
  await change(rigd, app, { set: [{ key: 'A', value: 'one' }] });
  await deploy();
  const { deploy: order } = await change(rigd, app, { set: [{ key: 'A', value: 'bad' }] });
  const failed = await followDeploy(rigd, order?.id ?? '');
  assert.deepEqual([failed.deploy.status, failed.deploy.error?.exitCode], ['failed', 11]);
  const shown = await configOf(rigd, app);
  assert.deepEqual([shown.live, shown.variables[0]?.value], [true, 'one']);
  assert.deepEqual(await found(setup, 'A'), ['one', 'one']);
});

it('what is kept for the next release waits, and none is changed while a deploy runs', async (test) => {
  const { setup, rigd, app, bundle, deploy } = await startWithApp(test);
  await deploy();
  const kept = await change(rigd, app, { set: [{ key: 'A', value: 'one' }], deploy: false });
  assert.equal(kept.deploy, null);
  assert.equal((await configOf(rigd, app)).live, false);
  assert.deepEqual(await found(setup, 'A'), [null, null]);
  const running = await orderDeploy(rigd, app, bundle);
  for (const deployIt of [true, false])
    await assert.rejects(change(rigd, app, { set: [{ key: 'B', value: '' }], deploy: deployIt }), {
      code: 'deploy_in_progress',
    });
  await followDeploy(rigd, running.id);
  assert.deepEqual(await found(setup, 'A'), ['one', 'one']);
  // Asked for again, what waits goes live.
  await change(rigd, app, { unset: ['A'], deploy: false });
  const { deploy: order } = await change(rigd, app, {});
  await followDeploy(rigd, order?.id ?? '');
  assert.deepEqual(await found(setup, 'A'), [null, null]);
});

it('two changes at once: both are there, or one is told to wait', async (test) => {
  const { rigd, app } = await startWithApp(test);
  const keys = ['A', 'B', 'C', 'D', 'E'];
  await Promise.all(keys.map((key) => change(rigd, app, { set: [{ key, value: key }] })));
  assert.deepEqual(
    (await configOf(rigd, app)).variables.map(({ key }) => key),
    keys,
  );
});

it('no value is in the clear on disk', async (test) => {
  const { setup, rigd, app, deploy } = await startWithApp(test);
  const value = 'a value that is nowhere else';
  await change(rigd, app, { set: [{ key: 'A', value }] });
  await deploy();
  const database = join(setup.layout.root, 'rigd.sqlite');
  for (const file of [database, `${database}-wal`])
    assert.ok(!(await readFile(file)).includes(value), `${file} holds the value`);
});

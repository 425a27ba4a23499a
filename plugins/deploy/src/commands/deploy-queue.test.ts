import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RigError } from '@rig-ops/contract/errors';
import { runCommand } from '@rig-ops/kit/harness';
import { startFakePlatform } from '../testing/fake-platform.ts';
import { makeSource, until } from '../testing/make-source.ts';
import { doneEvent, makeDeploy, stepEvents, successEvents } from '../testing/resources.ts';
import DeployCommand from './deploy.ts';
import RollbackCommand from './rollback.ts';

const source = { 'rig.toml': 'app = "shop"\n', 'server.js': 'serve()\n' };
const holder = {
  kind: 'deploy' as const,
  owner: 'ann',
  since: '2026-01-02T03:04:05.678Z',
  reason: 'the cart',
  deploy: 'dep_0',
  step: 'health',
  until: null,
};
const refuse = (details: Record<string, unknown>) =>
  new RigError('deploy_in_progress', 'shop is being deployed by me.', { details });
const queue = { position: 2, until: '2026-01-02T03:34:05.678Z', waitsFor: holder };

test('--wait queues and says for whom, until its turn comes', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  platform.answerOrder = makeDeploy({ status: 'queued', queue });
  platform.deploys = [platform.answerOrder];
  let looks = 0;
  platform.onRequest = (asked) => {
    if (asked.endsWith('/deploys/dep_1')) looks += 1;
  };
  const running = runCommand(DeployCommand, [makeSource(t, source), '--wait-timeout', '10m'], {
    client,
    rigHome,
  });
  await until('a look at the queue', () => looks > 0);
  platform.buildLog.end();
  platform.events.tell(...successEvents());
  const outcome = await running;
  assert.equal(outcome.error, undefined);
  assert.match(outcome.stderr, /Waiting for dep_0 of ann.*now in health: the cart, number 2 in the queue/);
  assert.deepEqual((platform.ordered[0] as { guard: object }).guard, { waitSeconds: 600 });
});

test('one that waits in vain ends with the exit code of a time-out', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  platform.answerOrder = makeDeploy({ status: 'queued', queue });
  platform.deploys = [platform.answerOrder];
  const error = { code: 'timed_out', message: 'It gave up waiting.', hint: 'Later.', exitCode: 9 };
  platform.events.tell(doneEvent({ status: 'failed', error }));
  const outcome = await runCommand(DeployCommand, [makeSource(t, source), '--wait'], { client, rigHome });
  assert.deepEqual([outcome.error?.code, outcome.exitCode], ['timed_out', 9]);
});

test('--detach returns the id and waits for nothing', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  const text = await runCommand(DeployCommand, [makeSource(t, source), '--detach'], { client, rigHome });
  assert.deepEqual([text.error, text.stdout], [undefined, 'dep_1\n']);
  assert.match(text.stderr, /rig deploy --attach dep_1/);
  const options = { client, rigHome, machine: true };
  const { result } = await runCommand(DeployCommand, [makeSource(t, source), '--detach'], options);
  const { deploy, release } = result as { deploy: { id: string }; release: null };
  assert.deepEqual([deploy.id, release], ['dep_1', null]);
  const back = await runCommand(RollbackCommand, ['v1', '--app', 'shop', '--detach'], { client, rigHome });
  assert.deepEqual([back.error, back.stdout], [undefined, 'dep_1\n']);
});

test('--attach follows a deploy by its id, the one under way, or the last', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  platform.deploys = [makeDeploy({ id: 'dep_2', status: 'queued', queue }), makeDeploy()];
  platform.buildLog.end();
  platform.events.tell(...successEvents());
  for (const id of ['dep_1', 'latest']) {
    const args = ['--attach', id, '--app', 'shop'];
    const outcome = await runCommand(DeployCommand, args, { client, rigHome });
    assert.deepEqual([outcome.error, outcome.stdout], [undefined, 'http://127.0.0.1:4000\n'], id);
  }
  assert.deepEqual(platform.ordered, []);
  platform.deploys = [];
  const none = await runCommand(DeployCommand, ['--attach', 'latest', '--app', 'shop'], { client, rigHome });
  assert.deepEqual([none.error?.code, none.exitCode], ['deploy_not_found', 6]);
  const both = await runCommand(DeployCommand, ['--attach', 'latest', '--wait'], { client, rigHome });
  assert.equal(both.exitCode, 2);
});

test('a rollback is attached to as what it is', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  platform.deploys = [makeDeploy({ kind: 'rollback' })];
  const url = 'http://127.0.0.1:4000';
  platform.events.tell(
    ...stepEvents('start', { release: 4 }),
    doneEvent({ status: 'succeeded', release: 4, buildId: 'bld_1', url }),
  );
  const outcome = await runCommand(DeployCommand, ['--attach', 'dep_1'], { client, rigHome });
  assert.equal(outcome.error, undefined);
  assert.doesNotMatch(outcome.stderr, /Building/);
});

test('a deploy of what is under way already is that deploy', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  platform.deploys = [makeDeploy()];
  platform.buildLog.end();
  platform.events.tell(...successEvents());
  platform.refusal = refuse({ holder: { ...holder, deploy: 'dep_1' }, identical: true });
  const same = await runCommand(DeployCommand, [makeSource(t, source)], { client, rigHome });
  assert.equal(same.error, undefined);
  assert.match(same.stderr, /under way already, as dep_1/);
  platform.refusal = refuse({ holder });
  const other = await runCommand(DeployCommand, [makeSource(t, source)], { client, rigHome });
  assert.deepEqual([other.error?.code, other.exitCode], ['deploy_in_progress', 7]);
});

test('an order whose answer was lost is asked for again under the same id', async (t) => {
  const { platform, client, rigHome } = await startFakePlatform(t);
  platform.apps.add('shop');
  platform.unansweredOrders = 2;
  platform.buildLog.end();
  platform.events.tell(...successEvents());
  const outcome = await runCommand(DeployCommand, [makeSource(t, source)], { client, rigHome });
  assert.equal(outcome.error, undefined);
  const [id = '', ...again] = platform.orderIds;
  assert.match(id, /^dep_[0-9a-z]{14}$/);
  assert.deepEqual(again, [id, id]);
});

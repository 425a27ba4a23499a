import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RigClient } from '@rig-ops/client';
import {
  type EnsureOptions,
  embeddedStatus,
  ensureEmbedded,
  type PlatformEntries,
  stopEmbedded,
} from '@rig-ops/client/embedded';
import { isRigError } from '@rig-ops/contract/errors';
import { runCommand } from '@rig-ops/kit/harness';
import PlatformLogsCommand from '../../plugins/platform/src/commands/platform/logs.ts';
import PlatformStartCommand from '../../plugins/platform/src/commands/platform/start.ts';
import PlatformStatusCommand from '../../plugins/platform/src/commands/platform/status.ts';
import PlatformStopCommand from '../../plugins/platform/src/commands/platform/stop.ts';
import { processesOf, repository, until } from '../support/rig.ts';

const entry = (name: string) => join(repository, 'packages', name, 'src', 'main.ts');
const entries: PlatformEntries = {
  supervisor: entry('supervisor'),
  rigd: entry('server'),
  edge: entry('edge'),
};
const nodeArguments = ['--conditions=rig-source', '--disable-warning=ExperimentalWarning'];

/** The launcher with the real programs, on a state folder of its own. */
async function setUp(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'rig-launch-'));
  const rigHome = join(folder, 'home');
  const options: EnsureOptions = { rigHome, entries, nodeArguments, version: '0.0.0-test' };
  t.after(async () => {
    await stopEmbedded({ rigHome });
    const left = processesOf(rigHome);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    assert.deepEqual(left, [], 'processes outlive their platform');
  });
  const harness = { rigHome, platformEntries: entries, nodeArguments };
  return { rigHome, options, harness };
}

test('platform start, status, logs and stop', async (t) => {
  const { rigHome, harness } = await setUp(t);
  const started = await runCommand(PlatformStartCommand, [], harness);
  assert.equal(started.error, undefined, started.error?.message);
  assert.equal(started.result?.started, true);
  assert.match(started.stdout, /^Started: http:\/\/127\.0\.0\.1:\d+\n/);
  assert.match(started.stderr, /Starting the platform/);
  const again = await runCommand(PlatformStartCommand, [], harness);
  assert.deepEqual(again.result, { ...started.result, started: false, edgeUrl: again.result?.edgeUrl });
  const other = await runCommand(PlatformStartCommand, ['--port', '1'], harness);
  assert.equal(other.error?.code, 'platform_running');
  assert.equal(other.exitCode, 7);
  const { result: status, stdout } = await runCommand(PlatformStatusCommand, [], harness);
  assert.equal(status?.running, true);
  assert.equal(status.url, started.result?.url);
  assert.match(stdout, /supervisor +up +\d+/);
  assert.match(stdout, /rigd +up +\d+ +0/);
  const logs = await runCommand(PlatformLogsCommand, ['--part', 'rigd'], harness);
  assert.ok(logs.records.length > 0);
  const { cookie = '' } = (await embeddedStatus(rigHome)).supervisor ?? {};
  assert.ok(cookie.length > 20);
  assert.ok(!JSON.stringify([status, started.result, logs.records]).includes(cookie));
  const stopped = await runCommand(PlatformStopCommand, [], harness);
  assert.deepEqual(stopped.result, { wasRunning: true, forced: false });
  assert.deepEqual(processesOf(rigHome), []);
});

test('a call waits while a killed rigd is started again', async (t) => {
  const { rigHome, options } = await setUp(t);
  const client = new RigClient(await ensureEmbedded(options));
  t.after(() => client.close());
  const { user } = await client.call('whoami', {});
  const pid = (await embeddedStatus(rigHome)).platform?.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  assert.equal((await client.call('whoami', {})).user, user);
  const now = await until('a new rigd', async () => {
    const { platform } = await embeddedStatus(rigHome);
    return platform?.pid === pid ? null : platform;
  });
  assert.notEqual(now.pid, pid);
  assert.equal((await ensureEmbedded(options)).name, 'embedded');
});

test('a platform whose supervisor was killed is taken over by the next start', async (t) => {
  const { rigHome, options } = await setUp(t);
  const { token } = await ensureEmbedded(options);
  const before = await embeddedStatus(rigHome);
  process.kill(before.supervisor?.pid ?? 0, 'SIGKILL');
  await until('the supervisor to be gone', async () => !(await embeddedStatus(rigHome)).running);
  const targets = await Promise.all([ensureEmbedded(options), ensureEmbedded(options)]);
  for (const target of targets) assert.equal(target.token, token);
  const { supervisor, platform, state } = await embeddedStatus(rigHome);
  assert.notEqual(supervisor?.pid, before.supervisor?.pid);
  assert.equal(state?.rigd.pid, platform?.pid);
  assert.equal(platform?.url, before.platform?.url);
});

test('stop ends what a killed supervisor has left running', async (t) => {
  const { rigHome, options, harness } = await setUp(t);
  await ensureEmbedded(options);
  const { supervisor, platform } = await embeddedStatus(rigHome);
  // A rigd that hangs does not start another one.
  process.kill(platform?.pid ?? 0, 'SIGSTOP');
  process.kill(supervisor?.pid ?? 0, 'SIGKILL');
  await until('the supervisor to be gone', async () => !(await embeddedStatus(rigHome)).running);
  assert.notDeepEqual(processesOf(rigHome), []);
  const stopped = await runCommand(PlatformStopCommand, [], harness);
  assert.deepEqual(stopped.result, { wasRunning: true, forced: false });
  assert.match(stopped.stderr, /supervisor was killed/);
  assert.deepEqual(processesOf(rigHome), []);
});

test('a port asked for that another program has is named; one that rigd had chosen is given up', async (t) => {
  const { rigHome, options } = await setUp(t);
  await ensureEmbedded(options);
  const { platform } = await embeddedStatus(rigHome);
  const port = Number(new URL(platform?.url ?? '').port);
  await stopEmbedded({ rigHome });
  const other = createServer();
  t.after(() => other.close());
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  await assert.rejects(ensureEmbedded({ ...options, apiPort: port }), (error) => {
    assert.ok(isRigError(error));
    assert.equal(error.code, 'port_taken', error.message);
    assert.ok(error.message.includes(String(port)), error.message);
    return true;
  });
  assert.deepEqual(processesOf(rigHome), []);
  await ensureEmbedded(options);
  assert.notEqual((await embeddedStatus(rigHome)).platform?.url, platform?.url);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isRigError } from '@rig-ops/contract/errors';
import { platformLayout } from '@rig-ops/contract/layout';
import type { SupervisorConfig } from '@rig-ops/contract/supervisor';
import { type EnsureOptions, embeddedStatus, ensureEmbedded, stopEmbedded } from './embedded.ts';
import { readStartTime } from './files/process-identity.ts';
import { RigClient } from './index.ts';
import { makeFolder } from './testing/temporary-folder.ts';

const supervisor = fileURLToPath(new URL('testing/stand-in-supervisor.ts', import.meta.url));

/** A RIG_HOME whose platform is stopped, and if need be killed, after the test. */
async function setUp(t: TestContext, behaviour = '') {
  const rigHome = await makeFolder(t, (folder) => stopEmbedded({ rigHome: folder, patienceMs: 300 }));
  await writeFile(join(rigHome, 'behaviour'), behaviour);
  const notes: string[] = [];
  const options: EnsureOptions = {
    rigHome,
    entries: { supervisor, rigd: '/rigd', edge: '/edge' },
    nodeArguments: ['--conditions=rig-source'],
    version: '1.0.0',
    onNote: (text) => notes.push(text),
  };
  const starts = async () => (await readFile(join(rigHome, 'starts'), 'utf8')).trim().split('\n');
  return { rigHome, layout: platformLayout(rigHome), options, notes, starts };
}

const fails = (code: string, part: RegExp) => (error: unknown) => {
  assert.ok(isRigError(error), String(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, part);
  return true;
};

const mode = async (path: string) => (await stat(path)).mode & 0o777;

test('the platform is started once, used as it is, and stopped', async (t) => {
  const { rigHome, layout, options, notes, starts } = await setUp(t);
  const idle = { running: false, supervisor: null, platform: null, state: null, problem: null };
  assert.deepEqual(await embeddedStatus(rigHome), idle);
  const target = await ensureEmbedded(options);
  const client = new RigClient(target);
  t.after(() => client.close());
  assert.equal((await client.call('getStatus', {})).healthy, true);
  assert.deepEqual(await ensureEmbedded(options), target);
  assert.equal((await starts()).length, 1);
  assert.equal(notes.length, 1, notes.join('\n'));
  const { running, state } = await embeddedStatus(rigHome);
  assert.equal(running, true);
  assert.equal(state?.pid, Number((await starts())[0]));
  assert.deepEqual(await stopEmbedded({ rigHome }), { wasRunning: true, forced: false });
  assert.deepEqual(await embeddedStatus(rigHome), idle);
  assert.deepEqual(await stopEmbedded({ rigHome }), { wasRunning: false, forced: false });
  assert.ok(!(await readdir(layout.root)).some((name) => name.startsWith('start.lock')));
});

test('token, config and folders are for their owner only; the config says what was asked for', async (t) => {
  const { layout, options } = await setUp(t);
  await ensureEmbedded({ ...options, env: { PATH: '/usr/bin', SECRET: 'x', HOME: '/nowhere' } });
  for (const folder of [layout.root, layout.ownLogs, layout.sockets]) assert.equal(await mode(folder), 0o700);
  for (const file of [layout.token, layout.supervisorConfig, join(layout.ownLogs, 'supervisor.log')]) {
    assert.equal(await mode(file), 0o600, file);
  }
  assert.match(await readFile(layout.token, 'utf8'), /^[\w-]{43}\n$/);
  const config = JSON.parse(await readFile(layout.supervisorConfig, 'utf8')) as SupervisorConfig;
  assert.equal(config.node, process.execPath);
  assert.deepEqual(config.entries, { supervisor, rigd: '/rigd', edge: '/edge' });
  assert.equal(config.baseEnvironment.SECRET, undefined);
  assert.equal(config.baseEnvironment.HOME, '/nowhere');
});

test('several that start it at once get one platform', async (t) => {
  const { options, starts, notes } = await setUp(t);
  const targets = await Promise.all(Array.from({ length: 5 }, () => ensureEmbedded(options)));
  for (const target of targets) assert.deepEqual(target, targets[0]);
  assert.equal((await starts()).length, 1);
  assert.equal(notes.length, 1);
});

test('a platform that was killed is started again, with the same token', async (t) => {
  const { rigHome, options, starts } = await setUp(t);
  const { token } = await ensureEmbedded(options);
  await kill(Number((await starts())[0]));
  const again = await ensureEmbedded(options);
  assert.equal(again.token, token);
  assert.equal((await starts()).length, 2);
  assert.equal((await embeddedStatus(rigHome)).running, true);
});

test('a supervisor that dies is told with its last words, and can be started again', async (t) => {
  const { rigHome, options } = await setUp(t, 'dies');
  await assert.rejects(ensureEmbedded(options), (error) => {
    fails('platform_start_failed', /exit code 1.*cannot find its feet/s)(error);
    assert.deepEqual(isRigError(error) && error.details?.lines, ['cannot find its feet']);
    return true;
  });
  assert.equal((await embeddedStatus(rigHome)).running, false);
  await writeFile(join(rigHome, 'behaviour'), '');
  await ensureEmbedded(options);
});

test('a platform that does not get ready in time is ended again', async (t) => {
  const { rigHome, options } = await setUp(t, 'mute');
  await assert.rejects(
    ensureEmbedded({ ...options, patienceMs: 700 }),
    fails('platform_start_failed', /not ready after 0\.7 s/),
  );
  assert.equal((await embeddedStatus(rigHome)).running, false);
});

test('what rigd gives up with is told as it is', async (t) => {
  const { rigHome, options } = await setUp(t, 'port');
  await assert.rejects(ensureEmbedded(options), fails('port_taken', /Port 7100/));
  assert.equal((await embeddedStatus(rigHome)).running, false);
});

test('a rigd that dies over and over is not waited for', async (t) => {
  const { rigHome, options } = await setUp(t, 'loops');
  await assert.rejects(ensureEmbedded(options), fails('platform_start_failed', /rigd ended 3 times/));
  assert.equal((await embeddedStatus(rigHome)).running, false);
});

test('a start that is interrupted before anything runs starts nothing', async (t) => {
  const { rigHome, options, starts } = await setUp(t);
  const stop = new AbortController();
  const onNote = () => stop.abort(new Error('Ctrl-C'));
  await assert.rejects(ensureEmbedded({ ...options, signal: stop.signal, onNote }), /^Error: Ctrl-C$/);
  assert.equal((await embeddedStatus(rigHome)).running, false);
  await assert.rejects(starts(), { code: 'ENOENT' });
});

test('a start that is interrupted leaves a platform with its record, or none', async (t) => {
  const { rigHome, layout, options, starts } = await setUp(t, 'mute');
  for (const file of [join(rigHome, 'starts'), layout.supervisorRecord]) {
    const stop = new AbortController();
    const starting = ensureEmbedded({ ...options, signal: stop.signal });
    await untilThere(file);
    stop.abort(new Error('Ctrl-C'));
    await assert.rejects(starting, /^Error: Ctrl-C$/);
    const last = Number((await starts()).at(-1));
    const { running, supervisor: left } = await embeddedStatus(rigHome);
    if (running) assert.equal(left?.pid, last);
    else assert.equal(await readStartTime(last), null);
  }
});

test('other ports than those of a running platform are refused, its own are not', async (t) => {
  const { options } = await setUp(t);
  const [apiPort, edgePort] = [await findFreePort(), await findFreePort()];
  const target = await ensureEmbedded({ ...options, apiPort, edgePort });
  assert.deepEqual(await ensureEmbedded({ ...options, apiPort, edgePort }), target);
  assert.deepEqual(await ensureEmbedded({ ...options, apiPort: 0 }), target);
  await assert.rejects(
    ensureEmbedded({ ...options, apiPort: apiPort + 1 }),
    fails('platform_running', new RegExp(`port ${apiPort}`)),
  );
  await assert.rejects(
    ensureEmbedded({ ...options, edgePort: edgePort + 1 }),
    fails('platform_running', /edge/),
  );
});

test('ports are kept for the next start, and a taken one is named', async (t) => {
  const { rigHome, options } = await setUp(t);
  const apiPort = await findFreePort();
  await ensureEmbedded({ ...options, apiPort });
  await stopEmbedded({ rigHome });
  const other = createServer().listen(apiPort, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  await assert.rejects(ensureEmbedded(options), fails('port_taken', new RegExp(String(apiPort))));
  await new Promise((resolve) => other.close(resolve));
  await ensureEmbedded(options);
  assert.match((await embeddedStatus(rigHome)).platform?.url ?? '', new RegExp(`:${apiPort}$`));
});

test('a platform of another version is used, with a word about it', async (t) => {
  const { options, notes } = await setUp(t);
  const target = await ensureEmbedded(options);
  notes.length = 0;
  assert.deepEqual(await ensureEmbedded({ ...options, version: '1.1.0' }), target);
  assert.equal(notes.length, 1);
  assert.match(notes[0] ?? '', /1\.0\.0.*1\.1\.0.*rig platform stop/);
});

test('a platform that does not stop is killed', async (t) => {
  const { rigHome, options } = await setUp(t, 'stubborn');
  await ensureEmbedded(options);
  assert.deepEqual(await stopEmbedded({ rigHome, patienceMs: 150 }), { wasRunning: true, forced: true });
  assert.equal((await embeddedStatus(rigHome)).running, false);
});

test('a RIG_HOME that cannot be used, or sockets in a place of others, are named', async (t) => {
  const { rigHome, options } = await setUp(t);
  const file = join(rigHome, 'file');
  await writeFile(file, '');
  await assert.rejects(
    ensureEmbedded({ ...options, rigHome: file }),
    fails('platform_start_failed', /cannot be used \(ENOTDIR\)/),
  );
  const deep = join(rigHome, 'd'.repeat(120));
  const { sockets } = platformLayout(deep);
  await symlink(rigHome, sockets);
  t.after(() => unlink(sockets));
  await assert.rejects(
    ensureEmbedded({ ...options, rigHome: deep }),
    fails('platform_start_failed', /not a folder of yours/),
  );
});

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  while ((await readStartTime(pid)) !== null) await sleep(5);
}

async function untilThere(path: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!existsSync(path)) {
    assert.ok(performance.now() < deadline, `${path} does not appear`);
    await sleep(2);
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

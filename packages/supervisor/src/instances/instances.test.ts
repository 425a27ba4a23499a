import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { ProcessUsage } from '@rig-ops/contract/supervisor';
import { listGroup } from '../proc/process-group.ts';
import { readProcess } from '../proc/process-table.ts';
import { TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';

let supervisor: TestSupervisor;
beforeEach(async () => {
  supervisor = new TestSupervisor();
  await supervisor.start();
});
afterEach(() => supervisor.close());

const isAlive = async (pid: number) => (await readProcess(pid)) !== null;
const texts = async () => (await supervisor.log('apps/app_demo')).map(({ text }) => text);

test('argv, folder and environment are exact, and HOME and TMPDIR are its own', async () => {
  const script = 'console.log(JSON.stringify([process.argv.slice(1), process.cwd(), process.env]))';
  const args = ['', ' two  spaces ', '"quoted"', '$HOME', '*', 'ümläut', 'line\\nbreak'];
  const node = process.execPath;
  await supervisor.run('ins_1', [node, '-e', script, '--', ...args], { env: { ONLY: 'this' } });
  await supervisor.ended('ins_1');
  const home = join(supervisor.layout.instances, 'ins_1');
  const first = await until('its output', async () => (await texts())[0]);
  assert.deepEqual(JSON.parse(first), [
    args,
    supervisor.home,
    { HOME: home, ONLY: 'this', TMPDIR: join(home, 'tmp') },
  ]);
});

test('starting twice starts one, also at once', async () => {
  const [first, second] = await Promise.all([
    supervisor.run('ins_1', ['sleep', '1000']),
    supervisor.run('ins_1', ['sleep', '1000']),
  ]);
  const third = await supervisor.run('ins_1', ['echo', 'other']);
  assert.ok(first.pid > 0);
  assert.deepEqual([second.pid, third.pid], [first.pid, first.pid]);
  assert.equal((await supervisor.state()).instances.length, 1);
});

for (const [script, exitCode, signal, line] of [
  ['exit 0', 0, null, 'web.1 exited with code 0'],
  ['exit 42', 42, null, 'web.1 exited with code 42'],
  ['kill -SEGV $$', 139, 'SIGSEGV', 'web.1 was ended by SIGSEGV'],
] as const) {
  test(`\`${script}\` is reported as it ended, in the log too`, async () => {
    await supervisor.run('ins_1', ['sh', '-c', `echo before; ${script}`]);
    const report = await supervisor.ended('ins_1');
    assert.deepEqual([report.exitCode, report.signal, report.startError], [exitCode, signal, null]);
    await until('the line', async () => (await texts()).length === 2);
    const [before, after] = await supervisor.log('apps/app_demo');
    assert.deepEqual([before?.text, after?.text], ['before', line]);
    assert.deepEqual(before?.source, {
      kind: 'app',
      process: 'web',
      instance: 'web.1',
      release: 3,
      stream: 'stdout',
    });
    assert.equal(after?.source.kind, 'platform');
  });
}

test('what cannot be started is reported with the reason', async () => {
  const missing = await supervisor.run('ins_1', ['no-such-program']);
  assert.equal(missing.state, 'exited');
  assert.match(missing.startError ?? '', /^ENOENT: there is no program "no-such-program"$/);
  const folder = await supervisor.run('ins_2', ['true'], { cwd: '/no/such/folder' });
  assert.match(folder.startError ?? '', /no folder \/no\/such\/folder/);
  const folderAsProgram = await supervisor.run('ins_3', ['/tmp']);
  assert.match(folderAsProgram.startError ?? '', /^EACCES: /);
});

test('a stop lets a program end in its own way, and its whole group', async () => {
  await supervisor.run('ins_1', ['sh', '-c', 'trap "echo bye; exit 5" TERM; echo up; sleep 1000 & wait']);
  await until('it to be up', async () => (await texts()).includes('up'));
  const { pid } = (await supervisor.state()).instances[0] ?? { pid: 0 };
  await supervisor.ask('POST', '/v1/instances/ins_1/stop', { graceMs: 10_000 });
  const { exitCode } = await supervisor.ended('ins_1');
  assert.equal(exitCode, 5);
  assert.ok((await texts()).includes('bye'));
  assert.deepEqual(await listGroup(pid), []);
});

test('who ignores SIGTERM is killed after the grace', async () => {
  await supervisor.run('ins_1', ['sh', '-c', 'trap "" TERM; echo up; while true; do sleep 1000; done']);
  await until('it to be up', async () => (await texts()).includes('up'));
  const askedAt = performance.now();
  await supervisor.ask('POST', '/v1/instances/ins_1/stop', { graceMs: 300 });
  assert.equal((await supervisor.state()).instances[0]?.state, 'stopping');
  const { signal } = await supervisor.ended('ins_1');
  const took = performance.now() - askedAt;
  assert.equal(signal, 'SIGKILL');
  assert.ok(took >= 295 && took < 5_000, `${took} ms`);
});

test('what a crashed program leaves in its group is killed before the crash is reported', async () => {
  await supervisor.run('ins_1', ['sh', '-c', 'sleep 1000 & echo $!; exit 3']);
  await supervisor.ended('ins_1');
  const pid = await until('the pid', async () => (await texts())[0]);
  assert.equal(await isAlive(Number(pid)), false);
});

test('an instance that is forgotten is gone with all it had', async () => {
  const { pid } = await supervisor.run('ins_1', ['sh', '-c', 'echo up; sleep 1000']);
  await until('it to be up', async () => (await texts()).includes('up'));
  await supervisor.ask('DELETE', '/v1/instances/ins_1');
  assert.equal(await isAlive(pid), false);
  assert.deepEqual((await supervisor.state()).instances, []);
  const { layout } = supervisor;
  for (const dir of [layout.instances, layout.spool, join(layout.supervised, 'instances')]) {
    assert.deepEqual(readdirSync(dir), [], dir);
  }
  assert.deepEqual(await texts(), ['up', 'web.1 was ended by SIGKILL']);
});

test('a line without an end is shown soon, and ends with its program', async () => {
  await supervisor.run('ins_1', ['sh', '-c', 'printf "Name: "; sleep 1000']);
  await until('the prompt', async () => (await texts()).includes('Name: '));
  await supervisor.ask('POST', '/v1/instances/ins_1/stop', { graceMs: 5_000 });
  await supervisor.ended('ins_1');
  await until('the end', async () => (await texts()).length === 3);
  const lines = await supervisor.log('apps/app_demo');
  assert.deepEqual(
    lines.map(({ text, partial }) => [text, partial]),
    [
      ['Name: ', true],
      // Its end, so that what comes next is not taken for the rest of it.
      ['', false],
      ['web.1 was ended by SIGTERM', false],
    ],
  );
});

test('bytes are kept as they are, long lines in pieces', async () => {
  const script =
    "process.stdout.write(Buffer.concat([Buffer.from([0xff, 0, 13, 10]), Buffer.alloc(150000, 120), Buffer.from('\\n')]))";
  await supervisor.run('ins_1', [process.execPath, '-e', script]);
  await supervisor.ended('ins_1');
  await until('all of it', async () => (await texts()).length === 5);
  const lines = await supervisor.log('apps/app_demo');
  assert.deepEqual(
    lines.slice(1, 4).map(({ text, partial }) => [text.length, partial]),
    [
      [65536, true],
      [65536, true],
      [150000 - 2 * 65536, false],
    ],
  );
  assert.equal(lines[0]?.text, '\ufffd\0\r');
});

test('an app that empties its own output file goes on being read', async () => {
  const script = 'echo one; sleep 0.5; echo two > /dev/stdout; sleep 0.5; echo three';
  await supervisor.run('ins_1', ['sh', '-c', script]);
  await supervisor.ended('ins_1');
  await until('the last line', async () => (await texts()).length >= 4);
  assert.deepEqual(await texts(), ['one', 'two', 'three', 'web.1 exited with code 0']);
});

test('usage tells CPU and memory of the whole group', async () => {
  const busy = 'sh -c "while :; do :; done" & wait';
  await supervisor.run('ins_1', ['sh', '-c', busy]);
  await supervisor.run('ins_2', ['sleep', '1000'], { name: 'web.2' });
  const usage = await until('CPU', async () => {
    const found = await supervisor.ask<ProcessUsage[]>('GET', '/v1/usage');
    return (found.find(({ instance }) => instance === 'ins_1')?.cpuPercent ?? 0) > 5 ? found : null;
  });
  const idle = usage.find(({ instance }) => instance === 'ins_2');
  assert.equal(idle?.cpuPercent, 0);
  assert.ok(usage.every(({ memoryBytes }) => memoryBytes > 100_000 && memoryBytes < 100_000_000));
});

test('the next supervisor adopts what runs, and tells of what has ended meanwhile', async () => {
  const running = await supervisor.run('ins_1', ['sh', '-c', 'echo up; sleep 1000']);
  const ending = await supervisor.run('ins_2', ['sleep', '1000'], { name: 'web.2' });
  await until('it to be up', async () => (await texts()).includes('up'));
  await supervisor.kill();
  process.kill(-ending.pid, 'SIGKILL');
  await until('its end', async () => !(await isAlive(ending.pid)));
  await supervisor.start();
  const { instances } = await supervisor.state();
  const found = Object.fromEntries(instances.map((report) => [report.spec.id, report]));
  assert.partialDeepStrictEqual(found, {
    ins_1: { state: 'running', pid: running.pid, startTime: running.startTime, exitCode: null },
    ins_2: { state: 'exited', exitCode: null, signal: null, startError: null },
  });
  await supervisor.ask('POST', '/v1/instances/ins_1/stop', { graceMs: 5_000 });
  await supervisor.ended('ins_1');
  assert.equal(await isAlive(running.pid), false);
  await until('the last lines', async () => (await texts()).length === 3);
});

test('a program whose pid was not noted before the supervisor died is found again', async () => {
  const { pid } = await supervisor.run('ins_1', ['sleep', '1000']);
  const path = join(supervisor.layout.supervised, 'instances', 'ins_1.json');
  await supervisor.kill();
  const record = JSON.parse(readFileSync(path, 'utf8')) as { report: { pid: number } };
  record.report.pid = 0;
  writeFileSync(path, JSON.stringify(record));
  await supervisor.start();
  assert.equal((await supervisor.state()).instances[0]?.pid, pid);
  assert.ok(existsSync(path));
});

test('the environment of an instance is in no record, and unknown to a later supervisor', async () => {
  await supervisor.run('ins_1', ['sleep', '1000'], { env: { SECRET: 'hunter2' } });
  assert.equal((await supervisor.state()).instances[0]?.spec.env['SECRET'], 'hunter2');
  const path = join(supervisor.layout.supervised, 'instances', 'ins_1.json');
  assert.doesNotMatch(readFileSync(path, 'utf8'), /hunter2/);
  await supervisor.kill();
  await supervisor.start();
  assert.deepEqual((await supervisor.state()).instances[0]?.spec.env, {});
});

test('a pid that belongs to another process by now is left alone', async () => {
  const { pid } = await supervisor.run('ins_1', ['sleep', '1000']);
  const path = join(supervisor.layout.supervised, 'instances', 'ins_1.json');
  await supervisor.kill();
  const record = JSON.parse(readFileSync(path, 'utf8')) as { report: { pid: number; startTime: string } };
  // This very test process, as if it had been given the number.
  record.report.pid = process.pid;
  writeFileSync(path, JSON.stringify(record));
  await supervisor.start();
  const [report] = (await supervisor.state()).instances;
  assert.equal(report?.state, 'exited');
  // It still wrote to the instance's own output, so it is ended: nothing is left of the instance.
  await until('its end', async () => !(await isAlive(pid)));
});

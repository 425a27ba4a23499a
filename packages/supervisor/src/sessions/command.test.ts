import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionAccepted, SessionExit } from '@rig-ops/contract/channels';
import type { Channel } from '@rig-ops/wire';
import { readProcess } from '../proc/process-table.ts';
import { TestSupervisor } from '../testing/test-supervisor.ts';
import { until } from '../testing/until.ts';

type Exit = Extract<SessionExit, { exitCode: number }>;

let supervisor: TestSupervisor;
before(async () => {
  supervisor = new TestSupervisor();
  await supervisor.start();
});
after(() => supervisor.close());

async function collect(channel: Channel, stream: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const bytes of channel.read(stream)) chunks.push(Uint8Array.from(bytes));
  return Buffer.concat(chunks);
}

async function finish(channel: Channel) {
  const [stdout, stderr, exit] = await Promise.all([
    collect(channel, 1),
    collect(channel, 2),
    channel.exited as Promise<Exit>,
  ]);
  return { stdout, stderr, exit };
}
const digest = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const isAlive = async (pid: number) => (await readProcess(pid)) !== null;

test('exit codes, streams and byte counts are exact', async () => {
  for (const [script, exitCode, signal] of [
    ['true', 0, null],
    ['exit 1', 1, null],
    ['exit 255', 255, null],
    ['kill -TERM $$', 143, 'SIGTERM'],
    ['kill -KILL $$', 137, 'SIGKILL'],
  ] as const) {
    const channel = await supervisor.begin(['sh', '-c', `echo out; echo error >&2; ${script}`]);
    const accepted = (await channel.accepted) as SessionAccepted;
    assert.deepEqual([accepted.mode, accepted.terminal], ['write', false]);
    assert.deepEqual(accepted.offsets, { stdin: 0, stdout: 0, stderr: 0 });
    const { stdout, stderr, exit } = await finish(channel);
    assert.equal(stdout.toString(), 'out\n');
    assert.equal(stderr.toString(), 'error\n');
    assert.deepEqual(exit, { exitCode, signal, stdoutBytes: 4, stderrBytes: 6, end: 'exited' }, script);
  }
});

test('10 MB go through both ways to the byte', async () => {
  const bytes = randomBytes(10 * 1024 * 1024);
  const channel = await supervisor.begin(['sh', '-c', 'tee /dev/stderr']);
  const sending = (async () => {
    for (let offset = 0; offset < bytes.length; offset += 100_000) {
      await channel.write(0, bytes.subarray(offset, offset + 100_000));
    }
    channel.end(0);
  })();
  const { stdout, stderr, exit } = await finish(channel);
  await sending;
  assert.equal(digest(stdout), digest(bytes));
  assert.equal(digest(stderr), digest(bytes));
  assert.deepEqual([exit.exitCode, exit.stdoutBytes, exit.stderrBytes], [0, bytes.length, bytes.length]);
});

test('a reader that stands still holds the program back', async () => {
  const channel = await supervisor.begin(['sh', '-c', 'head -c 20000000 /dev/zero; echo done >&2']);
  await channel.accepted;
  const stderr = collect(channel, 2);
  const early = await Promise.race([stderr, sleep(500, null)]);
  assert.equal(early, null);
  const stdout = await collect(channel, 1);
  assert.equal(stdout.length, 20_000_000);
  assert.equal((await stderr).toString(), 'done\n');
});

test('a program that does not read its stdin is no error, and can be told so', async () => {
  const channel = await supervisor.begin(['sh', '-c', 'exec 0<&-; echo closed; exit 4']);
  const sending = channel.write(0, randomBytes(1024 * 1024)).catch(() => undefined);
  const { stdout, exit } = await finish(channel);
  assert.equal(stdout.toString(), 'closed\n');
  assert.equal(exit.exitCode, 4);
  channel.close();
  await sending;
});

test('standard streams can be opened by their names', async () => {
  const channel = await supervisor.begin([
    'sh',
    '-c',
    'cat /dev/stdin > /dev/stdout; echo err > /dev/stderr',
  ]);
  await channel.write(0, Buffer.from('in'));
  channel.end(0);
  const { stdout, stderr, exit } = await finish(channel);
  assert.deepEqual([stdout.toString(), stderr.toString(), exit.exitCode], ['in', 'err\n', 0]);
});

test('stdin can be opened by its name when it has ended already', async () => {
  const channel = await supervisor.begin(['sh', '-c', 'sleep 0.3; cat /dev/stdin; cat /dev/stdin; echo end']);
  await channel.write(0, Buffer.from('in '));
  channel.end(0);
  const { stdout, exit } = await finish(channel);
  assert.deepEqual([stdout.toString(), exit.exitCode], ['in end\n', 0]);
});

test('signals reach the group; names that are none are ignored', async () => {
  const script = 'trap "echo int; exit 7" INT; echo ready; while :; do sleep 0.05; done';
  const channel = await supervisor.begin(['sh', '-c', script]);
  channel.control({ type: 'signal', signal: 'SIGNOTHING' });
  channel.control({ type: 'other' });
  const reader = channel.read(1)[Symbol.asyncIterator]();
  assert.equal(Buffer.from((await reader.next()).value).toString(), 'ready\n');
  channel.control({ type: 'signal', signal: 'SIGINT' });
  assert.equal(Buffer.from((await reader.next()).value).toString(), 'int\n');
  const exit = (await channel.exited) as Exit;
  assert.equal(exit.exitCode, 7);
});

test('what cannot be started, or has no target, is refused', async () => {
  const missing = await supervisor.begin(['no-such-program']);
  await assert.rejects(missing.accepted, { code: 'remote_not_started', message: /no-such-program/ });
  const gone = await supervisor.begin(['true'], { instance: 'ins_gone' });
  await assert.rejects(gone.accepted, { code: 'remote_target_gone' });
  const empty = await supervisor.begin([]);
  await assert.rejects(empty.accepted, { code: 'invalid_input' });
  const other = (await supervisor.connect()).open('shell', {});
  await assert.rejects(other.accepted, { code: 'invalid_input' });
});

test('a background process that keeps stdout open does not keep the session', async () => {
  const startedAt = performance.now();
  const channel = await supervisor.begin(['sh', '-c', 'sleep 1000 & echo $!; exit 6']);
  const { stdout, exit } = await finish(channel);
  assert.equal(exit.exitCode, 6);
  // Far from the thousand seconds of what it left behind; how soon is not the matter here.
  assert.ok(performance.now() - startedAt < 60_000);
  await until('its end', async () => !(await isAlive(Number(stdout.toString()))), 10_000);
});

test('a slow reader gets all of it although the program has ended meanwhile', async () => {
  const channel = await supervisor.begin(['sh', '-c', 'head -c 650000 /dev/zero']);
  await channel.accepted;
  const reader = channel.read(1)[Symbol.asyncIterator]();
  let received = 0;
  const first = await reader.next();
  received += first.value?.length ?? 0;
  await sleep(2_500);
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) {
    received += next.value.length;
  }
  const { stdoutBytes } = (await channel.exited) as Exit;
  assert.deepEqual([received, stdoutBytes], [650_000, 650_000]);
});

test('a client that goes takes its program with it', async () => {
  const polite = join(supervisor.home, 'hung-up');
  const script = `trap "echo > ${polite}; exit" HUP; echo $$; while :; do sleep 0.05; done`;
  const connection = await supervisor.connect();
  const channel = await supervisor.begin(['sh', '-c', script], {}, connection);
  const { value } = await channel.read(1)[Symbol.asyncIterator]().next();
  const pid = Number(Buffer.from(value).toString());
  assert.equal(await isAlive(pid), true);
  channel.close();
  await until('its end', async () => !(await isAlive(pid)));
  assert.ok(existsSync(polite));
});

test('a client that gives it up with a reason is not waited for', async () => {
  const channel = await supervisor.begin(['sh', '-c', 'echo $$; sleep 1000 <&-']);
  const { value } = await channel.read(1)[Symbol.asyncIterator]().next();
  const pid = Number(Buffer.from(value).toString());
  // In order the close would wait for what the program does not read.
  void channel.write(0, Buffer.alloc(2_000_000)).catch(() => undefined);
  channel.close({ code: 'interrupted', message: 'Enough.', hint: '', exitCode: 130 });
  await until('its end', async () => !(await isAlive(pid)));
});

test('in an instance it has its folder, its mark, and ends with it', async () => {
  await supervisor.run('ins_1', ['sleep', '1000']);
  const script = 'echo $HOME $RIG_SESSION $$; sleep 1000';
  const channel = await supervisor.begin(['sh', '-c', script], {
    instance: 'ins_1',
    instanceName: 'web.1',
    id: 'ses_nine',
  });
  const accepted = (await channel.accepted) as SessionAccepted;
  assert.deepEqual([accepted.session, accepted.instance], ['ses_nine', 'web.1']);
  const { value } = await channel.read(1)[Symbol.asyncIterator]().next();
  const [home, session, pid] = Buffer.from(value).toString().trim().split(' ');
  assert.deepEqual([home, session], [join(supervisor.layout.instances, 'ins_1'), 'ses_nine']);
  await supervisor.ask('DELETE', '/v1/instances/ins_1');
  const exit = (await channel.exited) as Exit;
  assert.equal(exit.signal, 'SIGHUP');
  await until('its end', async () => !(await isAlive(Number(pid))));
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SessionAccepted, SessionExit } from '@rig-ops/contract/channels';
import type { Channel } from '@rig-ops/wire';
import { TestSupervisor } from '../testing/test-supervisor.ts';

type Exit = Extract<SessionExit, { exitCode: number }>;

const terminal = { columns: 91, rows: 33, term: 'xterm-256color', colorTerm: 'truecolor' };

let supervisor: TestSupervisor;
before(async () => {
  supervisor = new TestSupervisor();
  await supervisor.start();
});
after(() => supervisor.close());

async function all(channel: Channel): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const bytes of channel.read(1)) chunks.push(Buffer.from(bytes));
  return Buffer.concat(chunks).toString();
}

/** Reads until a text has come. */
async function readUntil(reader: AsyncIterator<Uint8Array>, text: string): Promise<string> {
  let seen = '';
  while (!seen.includes(text)) {
    const { value, done } = await reader.next();
    if (done === true) throw new Error(`the output ended without ${text}: ${seen}`);
    seen += Buffer.from(value).toString();
  }
  return seen;
}

test('a terminal has its size, kind and modes before the program begins', async () => {
  const script =
    'stty size; echo $TERM $COLORTERM; test -t 0 && test -t 1 && test -t 2 && echo terminal; stty -a';
  const channel = await supervisor.begin(['sh', '-c', script], { terminal });
  const accepted = (await channel.accepted) as SessionAccepted;
  assert.equal(accepted.terminal, true);
  const output = await all(channel);
  assert.match(output, /^33 91\r\nxterm-256color truecolor\r\nterminal\r\n/);
  assert.match(output, / iutf8/);
  const exit = (await channel.exited) as Exit;
  assert.deepEqual([exit.exitCode, exit.stdoutBytes, exit.stderrBytes], [0, Buffer.byteLength(output), 0]);
});

test('a program follows the size of the terminal, and is signalled by typing', async () => {
  const script =
    'trap "stty size" WINCH; trap "echo got int; exit 5" INT; echo ready; while :; do sleep 0.05; done';
  const channel = await supervisor.begin(['sh', '-c', script], { terminal });
  const reader = channel.read(1)[Symbol.asyncIterator]();
  await readUntil(reader, 'ready');
  channel.control({ type: 'resize', columns: 120, rows: 40 });
  await readUntil(reader, '40 120');
  await channel.write(0, Buffer.from([3]));
  await readUntil(reader, 'got int');
  assert.equal(((await channel.exited) as Exit).exitCode, 5);
});

test('exit codes and signals of programs with a terminal are exact', async () => {
  for (const [script, exitCode, signal] of [
    ['exit 0', 0, null],
    ['exit 255', 255, null],
    ['kill -TERM $$', 143, 'SIGTERM'],
    ['kill -KILL $$', 137, 'SIGKILL'],
  ] as const) {
    const channel = await supervisor.begin(['sh', '-c', script], { terminal });
    const [, exit] = await Promise.all([all(channel), channel.exited as Promise<Exit>]);
    assert.deepEqual([exit.exitCode, exit.signal], [exitCode, signal], script);
  }
});

test('what is printed right before the end is there, also for who reads late', async () => {
  const script = `head -c 60000 /dev/zero | tr '\\0' x; printf END`;
  for (let round = 0; round < 25; round += 1) {
    const channel = await supervisor.begin(['sh', '-c', script], { terminal });
    await channel.accepted;
    const output = await all(channel);
    assert.equal(output.length, 60_003);
    assert.ok(output.endsWith('END'));
    channel.close();
  }
});

test('what cannot be started with a terminal is refused', async () => {
  const missing = await supervisor.begin(['no-such-program'], { terminal });
  await assert.rejects(missing.accepted, { code: 'remote_not_started', message: /no-such-program/ });
  const nowhere = await supervisor.begin(['true'], { terminal, cwd: '/no/such/folder' });
  await assert.rejects(nowhere.accepted, { code: 'remote_not_started', message: /no folder/ });
});

test('a program that does not read what is typed stops nobody else', async () => {
  const channel = await supervisor.begin(['sh', '-c', 'stty raw -echo; echo ready; sleep 1000'], {
    terminal,
  });
  const reader = channel.read(1)[Symbol.asyncIterator]();
  await readUntil(reader, 'ready');
  const typing = (async () => {
    for (let sent = 0; sent < 64; sent += 1) await channel.write(0, Buffer.alloc(64 * 1024, 'x'));
  })().catch(() => undefined);
  const other = await supervisor.begin(['echo', 'there'], { terminal });
  assert.equal(await all(other), 'there\r\n');
  // In order it would wait until all of that has gone out.
  channel.close({ code: 'cancelled', message: 'Enough.', hint: '', exitCode: 12 });
  await typing;
});

test('the end of stdin is typed', async () => {
  const channel = await supervisor.begin(['cat'], { terminal });
  await channel.write(0, Buffer.from('no line end'));
  channel.end(0);
  const [output, exit] = await Promise.all([all(channel), channel.exited as Promise<Exit>]);
  assert.match(output, /no line end/);
  assert.equal(exit.exitCode, 0);
});

test('why a program could not be started in its place is told, with the exit code of a shell', async () => {
  await supervisor.run('ins_place', ['sleep', '1000']);
  // It is there and executable, and what would run it is not.
  writeFileSync(join(supervisor.home, 'no-interpreter'), '#!/no/such/interpreter\n', { mode: 0o755 });
  const argv = [join(supervisor.home, 'no-interpreter')];
  const channel = await supervisor.begin(argv, { terminal, instance: 'ins_place', instanceName: 'web.1' });
  const isolated = (await supervisor.state()).isolation?.kind !== 'none';
  const [output, exit] = await Promise.all([all(channel), channel.exited as Promise<Exit>]);
  assert.ok([1, 126, 127].includes(exit.exitCode), String(exit.exitCode));
  if (isolated) assert.match(output, /^The program could not be started: ENOENT/);
});

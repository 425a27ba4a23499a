import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { it, type TestContext } from 'node:test';
import { until } from '../../../testing/until.ts';
import { frame } from '../../kubernetes/sessions/pod-program.ts';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

interface Started {
  child: ChildProcessWithoutNullStreams;
  told: () => string;
}

function start(t: TestContext, line: string, order: object): Started {
  const child = spawn(process.execPath, [program, 'run', 'abc', 'RIG_TEST_MARK=none']);
  t.after(() => child.kill('SIGKILL'));
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const whole = { argv: ['sh', '-c', line], cwd: '', env: {}, input: 'frames', size: null, ...order };
  child.stdin.write(frame(Buffer.from(JSON.stringify(whole))));
  return { child, told: () => told };
}

it('says that its program has ended, and stays until nothing more comes: what is sent behind it would reset the connection', async (t) => {
  const { child, told } = start(t, 'exit 3', { tells: true });
  await until('the word', async () => told().includes('\u0002abcended 3\u0003'));
  child.stdin.write(frame(Buffer.from('too late')));
  assert.equal(child.exitCode, null);
  child.stdin.write(frame(new Uint8Array()));
  assert.deepEqual(await once(child, 'exit'), [3, null]);
});

it('takes what its program has left unread of a stdin that it has itself', async (t) => {
  const { child, told } = start(t, 'head -c 3; exit 6', { input: 'plain', tells: true });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const isAllTaken = new Promise<void>((resolve) => {
    child.stdin.write(Buffer.alloc(1_000_000, 'x'), () => resolve());
  });
  await until('the word', async () => told().includes('\u0002abcended 6\u0003'));
  await isAllTaken;
  assert.equal(child.exitCode, null);
  child.stdin.end();
  assert.deepEqual(await once(child, 'exit'), [6, null]);
  assert.equal(said, 'xxx');
});

it('does not wait where the end of stdin came before, nor for a supervisor that does not know of it', async (t) => {
  const { child, told } = start(t, 'cat; exit 4', { tells: true });
  child.stdin.write(frame(Buffer.from('all of it')));
  child.stdin.write(frame(new Uint8Array()));
  assert.deepEqual(await once(child, 'exit'), [4, null]);
  assert.match(told(), /ended 4/);
  const old = start(t, 'exit 5', {});
  assert.deepEqual(await once(old.child, 'exit'), [5, null]);
  assert.doesNotMatch(old.told(), /ended/);
});

import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { after, before, test } from 'node:test';
import { proofSize } from '../support/proof-size.ts';
import { digestOf, ExactBytes } from '../support/remote-proofs/exact-bytes.ts';
import { clientOf, runInTerminal } from '../support/remote-proofs/run-in-terminal.ts';
import { describe, User } from '../support/rig.ts';

const MIB = 1024 * 1024;
const SIGNALS = [
  'HUP',
  'INT',
  'QUIT',
  'ABRT',
  'KILL',
  'USR1',
  'SEGV',
  'USR2',
  'PIPE',
  'ALRM',
  'TERM',
] as const;

let user: User;
before(async () => {
  user = new User();
  await user.json(['deploy', user.example('hello-node'), '--yes']);
});
after(() => user.close());

const inApp = (...argv: string[]) => ['command', 'hello-node', '--', ...argv];

test('all 256 exit codes and the common signals are told as they are', async () => {
  const codes = Array.from({ length: 256 }, (_, code) => ({ id: code, shell: `exit ${code}` }));
  const signals = SIGNALS.map((name) => ({ id: name, shell: `kill -${name} $$; sleep 9` }));
  const stdin = [...codes, ...signals].map((line) => JSON.stringify(line)).join('\n');
  const { stdout } = await user.run(['command', 'hello-node', '--batch', '--concurrency', '4'], { stdin });
  const results = stdout
    .trimEnd()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { id: number | string; exitCode: number; signal: string | null; origin: string },
    );
  assert.equal(results.length, codes.length + signals.length);
  for (const { id, exitCode, signal, origin } of results) {
    const expected =
      typeof id === 'number'
        ? { exitCode: id, signal: null }
        : { exitCode: 128 + constants.signals[`SIG${id as (typeof SIGNALS)[number]}`], signal: `SIG${id}` };
    assert.deepEqual({ exitCode, signal, origin }, { ...expected, origin: 'remote' }, String(id));
  }
});

test('they are the exit codes of rig itself', async () => {
  const step = proofSize({ short: 37, long: 1 });
  for (let code = 2; code < 256; code += step) {
    const outcome = await user.run(inApp('sh', '-c', `exit ${code}`));
    assert.equal(outcome.code, code, describe([], outcome));
  }
});

test('what a program in a terminal prints right before its end arrives whole, each time', async (t) => {
  const runs = proofSize({ short: 80, long: 1000 });
  const client = clientOf(user);
  t.after(() => client.close());
  const lines = 1500;
  const expected = Array.from({ length: lines }, (_, line) => `${line + 1}\r\n`).join('');
  const size = { columns: 80, rows: 24 };
  let begun = 0;
  const worker = async () => {
    while (begun < runs) {
      const run = begun++;
      const { output, exitCode } = await runInTerminal(
        client,
        ['sh', '-c', `seq ${lines}; exit ${run % 256}`],
        size,
      );
      assert.equal(exitCode, run % 256);
      assert.equal(output.toString(), expected, `run ${run}: ${output.length} of ${expected.length} bytes`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
});

test('the first size of a terminal is that of the client', async (t) => {
  const client = clientOf(user);
  t.after(() => client.close());
  const { output } = await runInTerminal(client, ['stty', 'size'], { columns: 97, rows: 33 });
  assert.equal(output.toString(), '33 97\r\n');
});

test('many bytes through stdin and stdout stay as they are, with their end', async (t) => {
  const total = proofSize({ short: 64 * MIB, long: 1024 * MIB });
  const input = new ExactBytes(total);
  const child = user.spawn(inApp('cat'));
  const ended = new Promise((resolve) => child.once('close', resolve));
  assert.ok(child.stdin && child.stdout);
  const started = performance.now();
  input.stream.pipe(child.stdin);
  const output = await digestOf(child.stdout);
  t.diagnostic(`${(total / MIB / ((performance.now() - started) / 1000)).toFixed(0)} MiB/s each way`);
  assert.equal(await ended, 0);
  assert.deepEqual(output, { total, sha256: input.digest() });
});

test('stdin ends where it ends: without a byte, and behind the last one', async () => {
  for (const size of [0, 1, 65_536, 262_144, 262_145]) {
    const { stdout } = await user.run(inApp('sh', '-c', 'wc -c; head -c 1 | wc -c'), {
      stdin: Buffer.alloc(size),
    });
    assert.deepEqual(stdout.trim().split(/\s+/).map(Number), [size, 0]);
  }
});

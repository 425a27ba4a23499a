import assert from 'node:assert/strict';
import { openSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { collect, describe, repository, until, User } from '../support/rig.ts';

interface RunRecord {
  type: string;
  id?: string | number | null;
  line?: number;
  origin: string;
  instance: string | null;
  exitCode: number;
  signal: string | null;
  failure: { code: string; exitCode: number } | null;
  stdout: string;
  stdoutEncoding: string;
  stderr: string;
}

let user: User;
before(async () => {
  user = new User();
  await user.json(['deploy', user.example('hello-node'), '--yes']);
  await user.json(['apps', 'scale', 'hello-node', 'web=3']);
  await user.json(['apps', 'wait', 'hello-node']);
});
after(() => user.close());

const records = (stdout: string): RunRecord[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunRecord)
    .filter(({ type }) => type === 'result');

const lines = (text: string) => text.trimEnd().split('\n').toSorted();

const on = (...flags: string[]) => ['command', 'hello-node', '--no-stdin', ...flags];

test('every instance runs it, and its lines stand behind its name', async () => {
  const script = 'echo "from $RIG_INSTANCE"; echo warn >&2; printf rest';
  const outcome = await user.run(on('--all', '--shell', script));
  assert.equal(outcome.code, 0, describe([], outcome));
  const names = ['web.1', 'web.2', 'web.3'];
  assert.deepEqual(
    lines(outcome.stdout),
    names.flatMap((name) => [`${name} | from ${name}`, `${name} | rest`]),
  );
  assert.deepEqual(
    lines(outcome.stderr),
    names.map((name) => `${name} | warn`),
  );
});

test('with -o json there is a record for each, base64 where it is no text', async () => {
  const script = String.raw`printf '\377'; exit 7`;
  const unknown = on('--instances', 'web.9,web.1', '-o', 'json', '--', 'true');
  assert.match((await user.run(unknown)).stdout, /"instance_not_found"/);
  const { code, stdout } = await user.run([
    ...on('--instances', 'web.3,web.?', '--shell', script),
    '-o',
    'json',
  ]);
  const all = records(stdout);
  assert.equal(code, 7);
  assert.deepEqual(new Set(all.map(({ instance }) => instance)), new Set(['web.1', 'web.2', 'web.3']));
  for (const record of all) {
    assert.deepEqual([record.origin, record.exitCode, record.failure], ['remote', 7, null]);
    assert.deepEqual([record.stdout, record.stdoutEncoding], ['/w==', 'base64']);
  }
  assert.equal(stdout.trimEnd().split('\n').at(-1), '{"type":"end"}');
});

test('the exit code is the one that those that failed share, else 1', async () => {
  const scripts = { '[ $RIG_INSTANCE = web.2 ] || exit 42': 42, 'exit ${RIG_INSTANCE#web.}': 1 };
  for (const [script, expected] of Object.entries(scripts)) {
    assert.equal((await user.run(on('--all', '--shell', script))).code, expected);
  }
});

test('--fail-fast starts no more, and each that was not started is told', async () => {
  const flags = on('--all', '--concurrency', '1', '--fail-fast', '-o', 'json', '--shell', 'exit 9');
  const { code, stdout } = await user.run(flags);
  assert.equal(code, 9);
  assert.deepEqual(
    records(stdout).map(({ failure }) => failure?.code ?? null),
    [null, 'remote_not_run', 'remote_not_run'],
  );
});

test('stdin: a file goes to each from where it stands, a pipe is refused', async () => {
  const argv = ['command', 'hello-node', '--all', '-o', 'json', '--', 'cat'];
  const refused = await user.run(argv, { stdin: 'x' });
  assert.equal(refused.code, 2, describe(argv, refused));
  const file = join(user.folder, 'input');
  writeFileSync(file, 'first\nsecond\n');
  // The shell reads one byte at a time, so that what follows finds the rest.
  const script = 'read -r line; exec "$0" "$@"';
  const child = spawn('sh', ['-c', script, process.execPath, join(repository, 'bin', 'run.js'), ...argv], {
    env: {
      PATH: process.env.PATH,
      HOME: user.folder,
      RIG_HOME: user.home,
      RIG_AGENT: 'off',
      RIG_CREDENTIAL_STORE: 'file',
    },
    stdio: [openSync(file, 'r'), 'pipe', 'pipe'],
  });
  const { code, stdout, stderr } = await collect(child);
  assert.equal(code, 0, stderr);
  const all = records(stdout);
  assert.equal(all.length, 3);
  for (const record of all) assert.equal(record.stdout, 'second\n');
});

test('Ctrl-C reaches all of them', async () => {
  const script = 'trap "exit 5" INT; echo ready; while :; do sleep 0.05; done';
  const child = user.spawn(on('--all', '--shell', script));
  const done = collect(child);
  let ready = 0;
  await new Promise<void>((resolve) =>
    child.stdout?.on('data', (chunk: Buffer) => {
      ready += chunk.toString().split('ready').length - 1;
      if (ready === 3) resolve();
    }),
  );
  child.kill('SIGINT');
  assert.equal((await done).code, 5);
});

test('--batch runs lines over one connection and answers by id; what is wrong stops nothing', async () => {
  const batch = [
    { id: 'slow', shell: 'sleep 0.3; cat; exit 3', stdin: 'abc' },
    { id: 2, argv: ['echo', 'hi', ''], env: { A: '1' }, instance: 'web.2' },
    'nonsense',
    { id: 'gone', app: 'no-such-app', argv: ['true'] },
    { id: 'typo', args: ['true'] },
    { id: 'long', argv: ['sleep', '30'], timeout: '200ms' },
  ];
  const stdin = batch.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n\n');
  const outcome = await user.run(['command', 'hello-node', '--batch'], { stdin });
  assert.equal(outcome.code, 1, describe([], outcome));
  const all = records(outcome.stdout);
  const byLine = Object.fromEntries(all.map((record) => [record.line, record]));
  assert.deepEqual(
    [1, 3, 5, 7, 9, 11].map((line) => [
      byLine[line]?.id,
      byLine[line]?.origin,
      byLine[line]?.exitCode,
      byLine[line]?.failure?.code ?? byLine[line]?.stdout,
    ]),
    [
      ['slow', 'remote', 3, 'abc'],
      [2, 'remote', 0, 'hi \n'],
      [null, 'rig', 3, 'invalid_input'],
      ['gone', 'rig', 6, 'app_not_found'],
      ['typo', 'rig', 3, 'invalid_input'],
      ['long', 'rig', 252, 'remote_timeout'],
    ],
  );
  assert.equal(byLine[3]?.instance, 'web.2');
  assert.ok(all.findIndex(({ id }) => id === 2) < all.findIndex(({ id }) => id === 'slow'), 'as they end');
});

test('--timeout ends a program with 252', async () => {
  const outcome = await user.run([...on('--timeout', '300ms', '-o', 'json'), '--', 'sleep', '60']);
  assert.equal(outcome.code, 252, describe([], outcome));
  assert.match(outcome.stdout, /"remote_timeout".*"origin":"rig"/);
});

test('what contradicts itself is usage', async () => {
  const bad = [
    ['--shell', 'ls', '--', 'ls'],
    ['--all', '--instance', 'web.1', '--', 'ls'],
    ['--all', '--instances', 'web.1', '--', 'ls'],
    ['--batch', '--all'],
    ['--batch', '--', 'ls'],
    ['--timeout', 'soon', '--', 'ls'],
    ['--concurrency', '0', '--all', '--', 'ls'],
    ['--env', 'novalue', '--', 'ls'],
    [],
  ];
  for (const flags of bad) {
    const argv = ['command', 'hello-node', '-o', 'json', ...flags];
    const outcome = await user.run(argv);
    assert.equal(outcome.code, 2, describe(argv, outcome));
    assert.match(outcome.stdout, /"code":"usage"/);
  }
});

test('--detach leaves a program, with a file as its stdin, which goes on to its end', async () => {
  const script = 'cat; sleep 1; echo went; exit 6';
  const argv = ['command', 'hello-node', '--detach'];
  const refused = await user.run([...argv, '--', 'cat'], { stdin: 'x' });
  assert.equal(refused.code, 2, describe(argv, refused));
  const file = join(user.folder, 'detached-input');
  writeFileSync(file, 'from a file\n');
  const child = spawn(process.execPath, [join(repository, 'bin', 'run.js'), ...argv, '--shell', script], {
    env: {
      PATH: process.env.PATH,
      HOME: user.folder,
      RIG_HOME: user.home,
      RIG_AGENT: 'off',
      RIG_CREDENTIAL_STORE: 'file',
    },
    stdio: [openSync(file, 'r'), 'pipe', 'pipe'],
  });
  const begun = await collect(child);
  assert.equal(begun.code, 0, begun.stderr);
  const session = begun.stdout.trim();
  assert.match(begun.stderr, new RegExp(`rig sessions attach ${session}`));
  const info = () =>
    user.json<{ state: string; exitCode: number | null; bytes: object }>(['sessions', 'info', session]);
  // Without the end of the file `cat` would go on for ever.
  const ended = await until('its end', async () => {
    const now = await info();
    return now.state === 'ended' ? now : null;
  });
  assert.equal(ended.exitCode, 6);
  assert.deepEqual(ended.bytes, { stdin: 12, stdout: 17, stderr: 0 });
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { collect, describe, until, User } from '../support/rig.ts';

let user: User;
before(async () => {
  user = new User();
  await user.json(['deploy', user.example('hello-node'), '--yes']);
});
after(() => user.close());

const inApp = (...argv: string[]) => ['command', 'hello-node', '--', ...argv];

test('the exit code is exact, for a signal too', async () => {
  for (const expected of [0, 1, 42, 255]) {
    const { code } = await user.run(inApp('sh', '-c', `exit ${expected}`));
    assert.equal(code, expected);
  }
  assert.equal((await user.run(inApp('sh', '-c', 'kill -TERM $$'))).code, 143);
});

test('arguments arrive as they were typed', async () => {
  const args = [
    '',
    ' two  spaces ',
    '"quoted"',
    '$HOME',
    '*',
    '--json',
    '-o',
    'json',
    'ümläut',
    'line\nbreak',
  ];
  const outcome = await user.run(inApp('node', '-p', 'JSON.stringify(process.argv.slice(1))', '--', ...args));
  assert.deepEqual(JSON.parse(outcome.stdout), args, describe([], outcome));
});

test('stdin, stdout and stderr are exact and apart', async () => {
  const bytes = randomBytes(3 * 1024 * 1024);
  const child = user.spawn(inApp('sh', '-c', 'echo to stderr >&2; cat'));
  const stdout: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stdin?.end(bytes);
  const { code, stderr } = await collect(child);
  assert.equal(code, 0);
  assert.equal(stderr, 'to stderr\n');
  assert.ok(Buffer.concat(stdout).equals(bytes));
});

test('it runs where the app runs, with its environment', async () => {
  const { stdout } = await user.run(inApp('sh', '-c', 'ls; echo $RIG_APP $RIG_INSTANCE'));
  assert.match(stdout, /server\.js/);
  assert.match(stdout, /hello-node web\.1/);
});

test('a program, an instance or an app that does not exist is an error of its own', async () => {
  const failures = [
    { args: ['command', 'hello-node', '-o', 'json', '--', 'no-such-program'], code: 'remote_not_started' },
    {
      args: ['command', 'hello-node', '--instance', 'web.9', '-o', 'json', '--', 'true'],
      code: 'instance_not_found',
    },
    { args: ['command', 'no-such-app', '-o', 'json', '--', 'true'], code: 'app_not_found' },
  ];
  for (const { args, code } of failures) {
    const outcome = await user.run(args);
    const { error } = JSON.parse(outcome.stdout) as { error: { code: string } };
    assert.deepEqual([outcome.code, error.code], [6, code], describe(args, outcome));
  }
});

test('with -o json the outcome is one document', async () => {
  const outcome = await user.run([
    'command',
    'hello-node',
    '-o',
    'json',
    '--',
    'sh',
    '-c',
    'echo out; echo err >&2; exit 3',
  ]);
  const document = JSON.parse(outcome.stdout) as Record<string, unknown>;
  assert.equal(outcome.code, 3);
  assert.partialDeepStrictEqual(document, {
    exitCode: 3,
    stdout: 'out\n',
    stderr: 'err\n',
    instance: 'web.1',
  });
});

test('Ctrl-C reaches the program, which may finish in its own way', async () => {
  const child = user.spawn(
    inApp(
      'node',
      '-e',
      "process.on('SIGINT', () => { console.log('tidied up'); process.exit(5); }); setInterval(() => {}, 1000); console.log('ready')",
    ),
  );
  const done = collect(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.kill('SIGINT');
  const { code, stdout } = await done;
  assert.deepEqual([code, stdout], [5, 'ready\ntidied up\n']);
});

test('a kill -9 of rigd does not end it: streams and exit code stay exact', async () => {
  const child = user.spawn(
    inApp('sh', '-c', 'for i in $(seq 80); do echo $i; sleep 0.02; done; cat; exit 9'),
  );
  const done = collect(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.stdin?.write('sent before, ');
  process.kill(user.platformFile<{ pid: number }>('platform.json').pid, 'SIGKILL');
  child.stdin?.end('sent meanwhile');
  const { code, stdout, stderr } = await done;
  const numbers = Array.from({ length: 80 }, (_, index) => `${index + 1}\n`).join('');
  assert.deepEqual([code, stdout], [9, `${numbers}sent before, sent meanwhile`]);
  assert.match(stderr, /^Connection lost; trying to come back for 60 s\.\nThe connection is back\.\n$/);
});

test('the access is in the audit log of the platform', async () => {
  await user.run(inApp('true'));
  const { url } = user.platformFile<{ url: string }>('platform.json');
  const token = readFileSync(`${user.home}/platform/token`, 'utf8').trim();
  const found = await until('the audit event', async () => {
    const response = await fetch(`${url}/v1/audit`, { headers: { authorization: `Bearer ${token}` } });
    const { events } = (await response.json()) as {
      events: { action: string; target: string; result: string }[];
    };
    return events.find(({ action, result }) => action.startsWith('session.') && result === 'succeeded');
  });
  assert.match(found.target, /hello-node/);
});

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runCommand } from '@rig-ops/kit/harness';
import ContextAdd from './commands/context/add.ts';
import ContextList from './commands/context/list.ts';
import ContextRemove from './commands/context/remove.ts';
import ContextUse from './commands/context/use.ts';
import Doctor from './commands/doctor.ts';
import Version from './commands/version.ts';
import Whoami from './commands/whoami.ts';

const identity = {
  user: 'ada',
  kind: 'user',
  role: 'admin',
  bindings: [{ role: 'admin', target: 'platform' }],
  token: { id: 'tok_1', name: 'laptop', expiresAt: null },
};
const rigHome = join(mkdtempSync(join(tmpdir(), 'rig-core-')), 'home');
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  const known = request.headers.authorization === 'Bearer good-token';
  const bodies: Record<string, object> = {
    '/v1/version': { version: '0.1.0', api: 'v1' },
    '/v1/whoami': identity,
    '/v1/status': {
      platform: { edgeUrl: null },
      engine: { name: 'process' },
      problems: [{ code: 'disk', app: null, message: 'The disk is nearly full.', fix: 'Free some space.' }],
    },
  };
  if (known || request.url === '/v1/version') response.end(JSON.stringify(bodies[request.url ?? '']));
  else {
    response.statusCode = 401;
    const error = {
      code: 'not_authenticated',
      message: 'The token is not known.',
      hint: 'Check it.',
      exitCode: 4,
    };
    response.end(JSON.stringify({ error }));
  }
});
let url = '';
before(async () => {
  mkdirSync(rigHome, { mode: 0o700 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(join(rigHome, '..'), { recursive: true, force: true });
});

test('contexts are added with a token from stdin, listed, used and removed', async () => {
  const add = ['staging', '--url', url, '--token', '-'];
  const added = await runCommand(ContextAdd, add, { rigHome, stdin: 'good-token\n' });
  assert.deepEqual(
    [added.error, added.result],
    [undefined, { context: { name: 'staging', url, credentials: 'file' } }],
  );
  assert.equal(statSync(join(rigHome, 'contexts.json')).mode & 0o777, 0o600);
  assert.doesNotMatch(added.stdout + added.stderr, /good-token/);
  assert.equal((await runCommand(ContextAdd, add, { rigHome, stdin: 'x' })).error?.code, 'context_exists');

  assert.deepEqual((await runCommand(ContextUse, ['staging'], { rigHome })).result, { current: 'staging' });
  const listed = await runCommand(ContextList, [], { rigHome });
  assert.match(listed.stdout, /^\* {2}staging +http/m);
  assert.doesNotMatch(JSON.stringify(listed.result), /good-token/);
  assert.equal((await runCommand(ContextUse, ['nowhere'], { rigHome })).exitCode, 6);
  assert.deepEqual((await runCommand(ContextRemove, ['staging'], { rigHome })).result, {
    removed: 'staging',
  });
});

test('a token is neither taken from the command line nor from an empty stdin', async () => {
  const typed = await runCommand(ContextAdd, ['x', '--url', url, '--token', 'good-token'], { rigHome });
  assert.deepEqual([typed.error?.code, typed.exitCode], ['usage', 2]);
  const empty = await runCommand(ContextAdd, ['x', '--url', url, '--token', '-'], { rigHome, stdin: '\n' });
  assert.equal(empty.error?.code, 'invalid_input');
});

test('whoami tells the user and the context', async () => {
  const target = { name: 'staging', token: 'good-token', credentials: 'file' as const, url };
  const { result, stdout } = await runCommand(Whoami, [], { rigHome, target });
  assert.deepEqual(result, { ...identity, context: 'staging', url, credentials: 'file' });
  assert.match(stdout, /^ada on staging \(http/);
  assert.match(stdout, /"laptop" does not expire; it comes from a file only you can read/);
  const wrong = await runCommand(Whoami, [], { rigHome, target: { ...target, token: 'bad-token' } });
  assert.equal(wrong.exitCode, 4);
});

test('version lists the plugins', async () => {
  const { result } = await runCommand(Version, [], { rigHome, machine: true });
  assert.equal(result?.node, process.versions.node);
  assert.deepEqual(result?.plugins, []);
});

test('doctor finds nothing on a machine where nothing runs yet', async () => {
  const { result, exitCode, stdout } = await runCommand(Doctor, ['--check'], { rigHome });
  assert.deepEqual([result?.healthy, exitCode], [true, 0], stdout);
});

async function check(env: Record<string, string>) {
  const { result, exitCode, stdout } = await runCommand(Doctor, ['--check'], { rigHome, env });
  assert.equal(exitCode, 21, stdout);
  const checks = result?.checks as { name: string; ok: boolean; message: string; fix: string }[];
  return checks.filter(({ ok }) => !ok).map(({ name, fix }) => [name, fix]);
}

test('doctor names each problem with its fix', async () => {
  assert.deepEqual(await check({ RIG_URL: url, RIG_TOKEN: 'good-token' }), [['status', 'Free some space.']]);
  assert.deepEqual((await check({ RIG_URL: url, RIG_TOKEN: 'bad-token' }))[0]?.[0], 'credentials');
  assert.deepEqual((await check({ RIG_URL: 'http://127.0.0.1:1', RIG_TOKEN: 'good-token' }))[0]?.[0], 'api');
  assert.deepEqual((await check({ RIG_CONTEXT: 'nowhere' }))[0]?.[0], 'context');
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until, User } from '../support/rig.ts';

let user: User;
let env: Record<string, string>;
before(async () => {
  user = new User();
  await user.json(['deploy', user.example('hello-node'), '--app', 'hello', '--create']);
  const { url } = user.platformFile<{ url: string }>('platform.json');
  // As a platform on another machine is named.
  env = {
    RIG_URL: url,
    RIG_TOKEN: readFileSync(join(user.home, 'platform', 'token'), 'utf8').trim(),
    RIG_AGENT: 'on',
  };
});
after(async () => {
  await user.json(['agent', 'stop']);
  await user.close();
});

interface Agents {
  agents: {
    pid: number;
    url: string;
    state: { served: number; clients: number; connected: boolean } | null;
  }[];
}
const agents = async () => (await user.json<Agents>(['agent', 'status'])).agents;
const run = (...program: string[]) => user.run(['command', 'hello', '--', ...program], { env });

test('commands of a remote platform go through one agent, exactly', async () => {
  const outcome = await run('sh', '-c', 'printf out; printf err >&2; exit 7');
  assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [7, 'out', 'err']);
  assert.equal((await run('true')).code, 0);
  const [agent, ...others] = await agents();
  assert.deepEqual(
    [agent?.url, agent?.state?.served, agent?.state?.connected, others],
    [env['RIG_URL'], 2, true, []],
  );
});

test('what a command does is recorded as its own', async () => {
  const { events } = await user.json<{ events: { action: string; invocationId: string | null }[] }>([
    'audit',
    'list',
  ]);
  const ids = events
    .filter(({ action }) => action === 'session.start')
    .map(({ invocationId }) => invocationId);
  assert.equal(ids.length, 2);
  assert.equal(new Set(ids).size, 2);
  assert.ok(!ids.includes(null));
});

test('a command outlives the agent that it went through', async () => {
  const [before] = await agents();
  const child = user.spawn(
    ['command', 'hello', '--', 'sh', '-c', 'echo begun; read line; echo "got $line"; exit 3'],
    {
      env,
    },
  );
  let text = '';
  child.stdout?.on('data', (bytes: Buffer) => (text += bytes.toString()));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  await until('the program to begin', () => text.includes('begun'));
  process.kill(before?.pid ?? 0, 'SIGKILL');
  child.stdin?.end('on\n');
  const [code] = await ended;
  assert.deepEqual([code, text], [3, 'begun\ngot on\n']);
});

test('without one, a command connects by itself', async () => {
  await user.json(['agent', 'stop']);
  const outcome = await user.run(['command', 'hello', '--', 'echo', 'alone'], {
    env: { ...env, RIG_AGENT: 'off' },
  });
  assert.deepEqual([outcome.code, outcome.stdout], [0, 'alone\n']);
  assert.deepEqual(await agents(), []);
});

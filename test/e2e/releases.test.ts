import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { processesOf, until, User } from '../support/rig.ts';

interface Deployed {
  url: string;
  release: { version: number };
}

let user: User;
before(() => {
  user = new User();
});
after(() => user.close());

const server = (answer: string) => `
  const server = require('node:http').createServer((request, response) => {
    setTimeout(() => response.end('${answer}'), 20);
  });
  server.listen(process.env.PORT, process.env.HOST, () => console.log('up: ${answer}'));
  process.once('SIGTERM', () => server.close());
`;
const shop = (answer: string, more: Record<string, string> = {}) =>
  user.source('shop', {
    'rig.toml': 'app = "shop"\n[processes]\nweb = "node server.js"\n',
    'server.js': server(answer),
    ...more,
  });
const ask = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();

test('a deploy under load answers every request, first with the old release, then with the new', async () => {
  const { url } = await user.json<Deployed>(['deploy', shop('one'), '--yes']);
  const answers = new Map<string, number>();
  const failures: unknown[] = [];
  const ended = new AbortController();
  const clients = Array.from({ length: 8 }, async () => {
    while (!ended.signal.aborted) {
      try {
        const body = await ask(url);
        answers.set(body, (answers.get(body) ?? 0) + 1);
      } catch (error) {
        failures.push(error);
      }
    }
  });
  await until('answers of the first release', () => (answers.get('one') ?? 0) > 50);
  const second = await user.json<Deployed>(['deploy', shop('two')]);
  assert.equal(second.url, url);
  await until('answers of the second release', () => (answers.get('two') ?? 0) > 50);
  ended.abort();
  await Promise.all(clients);
  assert.deepEqual(failures, []);
  assert.deepEqual([...answers.keys()].toSorted(), ['one', 'two']);
});

test('a build that fails says so, exits with 10 and changes nothing', async () => {
  const root = shop('three', {
    'rig.toml':
      'app = "shop"\n[build]\ncommand = "echo about to fail && exit 7"\n[processes]\nweb = "node server.js"\n',
  });
  const error = await user.fails(['deploy', root], 'build_failed', 10);
  assert.match(JSON.stringify(error), /about to fail/);
  const { url } = await user.json<{ url: string }>(['apps', 'info', 'shop']);
  assert.equal(await ask(url), 'two');
  const text = await user.run(['logs', 'build', '--app', 'shop']);
  assert.match(text.stdout, /about to fail/);
});

test('a server that never listens fails its health check, exits with 11 and leaves the old release live', async () => {
  const root = shop('four', {
    'rig.toml': 'app = "shop"\n[processes]\nweb = "node server.js"\n[health]\ntimeout = 2\n',
    'server.js': "console.log('busy with something else'); setInterval(() => undefined, 1000);",
  });
  const error = await user.fails(['deploy', root], 'release_failed', 11);
  assert.match(JSON.stringify(error), /busy with something else/);
  const { url, instances } = await user.json<{ url: string; instances: { release: number }[] }>([
    'apps',
    'info',
    'shop',
  ]);
  assert.equal(await ask(url), 'two');
  assert.deepEqual(
    instances.map(({ release }) => release),
    [2],
  );
});

test('a server that ends at once fails without waiting for the time-out', async () => {
  const root = shop('five', {
    'rig.toml': 'app = "shop"\n[processes]\nweb = "node server.js"\n[health]\ntimeout = 600\n',
    'server.js': "console.error('cannot start: no database'); process.exit(3);",
  });
  const error = await user.fails(['deploy', root], 'release_failed', 11);
  assert.match(JSON.stringify(error), /cannot start: no database/);
});

test('a rollback is a new release with the content of the old one', async () => {
  const { release, url } = await user.json<{ release: { version: number; rollbackOf: number }; url: string }>(
    ['rollback', 'v1', '--app', 'shop'],
  );
  assert.equal(release.rollbackOf, 1);
  assert.equal(await ask(url), 'one');
  const { releases } = await user.json<{ releases: { version: number; status: string }[] }>([
    'releases',
    'list',
    'shop',
  ]);
  assert.equal(releases[0]?.version, release.version);
  assert.equal(releases.filter(({ status }) => status === 'live').length, 1);
  const info = await user.json<{ version: number }>([
    'releases',
    'info',
    `v${release.version}`,
    '--app',
    'shop',
  ]);
  assert.equal(info.version, release.version);
  await user.fails(['rollback', 'v99', '--app', 'shop'], 'release_not_found', 6);
});

test('a deploy of something else while one is under way is refused', async () => {
  const slow = shop('six', {
    'rig.toml': 'app = "shop"\n[build]\ncommand = "sleep 3"\n[processes]\nweb = "node server.js"\n',
    'server.js': server('six'),
  });
  const first = user.run(['deploy', slow, '-o', 'json']);
  await until('the first deploy under way', async () => {
    const { apps } = await user.json<{ apps: { name: string; status: string }[] }>(['apps', 'list']);
    return apps.some(({ name, status }) => name === 'shop' && status === 'deploying');
  });
  const other = shop('other', { 'server.js': server('other') });
  await user.fails(['deploy', other], 'deploy_in_progress', 7);
  assert.equal((await first).code, 0);
});

test('an app that is destroyed leaves no process, no port and no name behind', async () => {
  const { url } = await user.json<{ url: string }>(['apps', 'info', 'shop']);
  const unsure = await user.run(['apps', 'destroy', 'shop', '-o', 'json']);
  assert.equal(unsure.code, 2);
  await user.json(['apps', 'destroy', 'shop', '--yes']);
  await user.fails(['apps', 'info', 'shop'], 'app_not_found', 6);
  await until('the port to be closed', () =>
    ask(url).then(
      () => false,
      () => true,
    ),
  );
  const { instances } = await until('no instance left', async () => {
    const status = await user.json<{ apps: unknown[] }>(['status']);
    return status.apps.length === 0 ? { instances: status.apps } : null;
  });
  assert.equal(instances.length, 0);
});

test('nothing of the platform is left once it was stopped', async () => {
  await user.json(['deploy', shop('seven', { 'server.js': server('seven') }), '--yes']);
  assert.ok(processesOf(user.home).length >= 4);
  await user.json(['platform', 'stop']);
  await until('no process left', () => processesOf(user.home).length === 0);
  const { running } = await user.json<{ running: boolean }>(['platform', 'status']);
  assert.equal(running, false);
  await user.json(['platform', 'start']);
  const { url } = await until('the app to come back', async () => {
    const app = await user.json<{ url: string; status: string }>(['apps', 'info', 'shop']);
    return app.status === 'running' ? app : null;
  });
  assert.equal(await ask(url), 'seven');
});

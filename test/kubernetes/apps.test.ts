import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { resources } from '@rig-ops/kubernetes';
import { ClusterUser } from '../support/kubernetes/cluster-user.ts';
import { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { until } from '../support/rig.ts';

interface Deployed {
  url: string;
  release: { version: number };
}

const cluster = await TestCluster.open();
let user: ClusterUser;
before(async () => {
  user = await ClusterUser.start(cluster, 'apps');
});
after(async () => {
  await user.close();
  cluster.close();
});

const serving = `
const { RIG_RELEASE, RIG_INSTANCE, GREETING, PORT, HOST } = process.env;
require('node:http').createServer((request, answer) => {
  if (request.url === '/who') return answer.end(RIG_INSTANCE);
  if (request.url === '/secret') return answer.end(GREETING);
  answer.end('release ' + RIG_RELEASE + ' as ' + process.getuid());
}).listen(PORT, HOST, () => console.log('release ' + RIG_RELEASE + ' listens'));
`;

const ask = async (url: string, path = '/') =>
  (await fetch(new URL(path, url), { signal: AbortSignal.timeout(10_000) })).text();
const deploy = (source: string, ...args: string[]) =>
  user.json<Deployed>(['deploy', source, '--yes', ...args]);
const toml = (name: string, more = '', image = 'rig-test/node:24') =>
  `app = "${name}"\nnetwork = "${user.network}"\n[processes]\nweb = "node server.js"\n[run]\nimage = "${image}"\n${more}`;
const write = (folder: string, files: Record<string, string>) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
};
const healthSoon = '[health]\ntimeout = 30\n';
/** For what is told long before, unless the cluster has much else to do. */
const inTime = '[health]\ntimeout = 120\n';

test('an app is deployed, reconfigured, rolled back, scaled and destroyed, and nothing of it is left', async () => {
  const source = user.source('shop', { 'rig.toml': toml('shop'), 'server.js': serving });
  const { url, release } = await deploy(source);
  assert.equal(release.version, 1);
  assert.match(await ask(url), /^release 1 as [1-9]\d*$/);

  const namespace = await user.requireNamespace();
  await user.json(['config', 'set', '--app', 'shop', 'GREETING=from the config']);
  await until('the variable', async () => (await ask(url, '/secret')) === 'from the config', 60_000);
  const [deployment] = await cluster.client.list(resources.deployments, { namespace });
  assert.doesNotMatch(JSON.stringify(deployment), /from the config/, 'config is in a Secret alone');
  assert.match(await ask(url), /^release 2/);

  const back = await user.json<Deployed>(['rollback', '--app', 'shop']);
  assert.equal(back.release.version, 3);
  assert.equal(await ask(url, '/secret'), '');

  await user.json(['apps', 'scale', 'shop', 'web=3']);
  const names = await until(
    'three instances that answer',
    async () => {
      const seen = new Set(await Promise.all(Array.from({ length: 24 }, async () => await ask(url, '/who'))));
      return seen.size === 3 ? seen : undefined;
    },
    60_000,
  );
  const { instances } = await user.json<{ instances: { name: string; state: string }[] }>([
    'apps',
    'info',
    'shop',
  ]);
  assert.deepEqual(instances.map(({ name, state }) => `${name} ${state}`).toSorted(), [
    'web.1 running',
    'web.2 running',
    'web.3 running',
  ]);
  assert.equal(names.size, 3);
  await user.json(['apps', 'scale', 'shop', 'web=1']);
  await until(
    'one pod',
    async () => (await cluster.client.list(resources.pods, { namespace })).length === 1,
    60_000,
  );
  assert.match(await ask(url), /^release 3/);

  const { releases } = await user.json<{ releases: { version: number }[] }>([
    'releases',
    'list',
    '--app',
    'shop',
  ]);
  assert.deepEqual(
    releases.map(({ version }) => version).toSorted((a, b) => a - b),
    [1, 2, 3],
  );
  await user.json(['apps', 'destroy', 'shop', '--yes']);
  await until(
    'nothing to be left of the app',
    async () => (await cluster.contentOf(namespace))?.filter((name) => name.includes('shop')).length === 0,
    60_000,
  );
});

test('a deploy that fails says why in words of its own, and the release before it serves on', async (t) => {
  const source = user.source('frail', { 'rig.toml': toml('frail', inTime), 'server.js': serving });
  const { url } = await deploy(source);
  const namespace = await user.requireNamespace();
  let live = 1;
  const refused = async (files: Record<string, string>, why: RegExp) => {
    write(source, files);
    const { message, details } = await user.fails(['deploy', source], 'release_failed', 11, {
      limitMs: 240_000,
    });
    assert.match(`${message} ${JSON.stringify(details)}`, why);
    assert.match(await ask(url), new RegExp(`^release ${live} `));
    const { instances } = await user.json<{ instances: { state: string }[] }>(['apps', 'info', 'frail']);
    assert.deepEqual(
      instances.map(({ state }) => state),
      ['running'],
    );
  };

  await t.test('an image that cannot be fetched', async () => {
    const missing = '127.0.0.1:1/nobody/has-it:1';
    await refused(
      { 'rig.toml': toml('frail', inTime, missing) },
      /127\.0\.0\.1:1\/nobody\/has-it:1 (cannot|could not) be fetched/,
    );
  });
  await t.test('a program that ends', async () => {
    const dying = `console.error('no database at db.invalid'); process.exit(3);`;
    await refused(
      { 'rig.toml': toml('frail', inTime), 'server.js': dying },
      /code 3.*no database at db\.invalid/s,
    );
  });
  await t.test('a program that is not there', async () => {
    const absent = toml('frail', inTime).replace('node server.js', './no-such-program');
    await refused({ 'rig.toml': absent, 'server.js': serving }, /no-such-program/);
  });
  await t.test('one that never listens', async () => {
    await refused(
      { 'rig.toml': toml('frail', healthSoon), 'server.js': 'setInterval(() => {}, 1000);' },
      /web\.1/,
    );
  });
  await t.test('one that answers that it is not well', async () => {
    const unwell = serving.replace("answer.end('release", "answer.statusCode = 503; answer.end('release");
    await refused({ 'server.js': unwell }, /503/);
  });
  await t.test('no node has room', async () => {
    const huge = toml('frail', healthSoon).replace(
      'web = "node server.js"',
      'web = { command = "node server.js", memory = "900G" }',
    );
    await refused({ 'rig.toml': huge, 'server.js': serving }, /no node of the cluster has room/);
  });
  await t.test('a quota is used up', async () => {
    const name = 'no-more-pods';
    await cluster.client.create(resources.resourceQuotas, {
      metadata: { name, namespace },
      spec: { hard: { pods: '1' } },
    });
    try {
      await until('the quota to hold', async () => {
        const { status } = await cluster.client.read(resources.resourceQuotas, { namespace, name });
        return status?.used?.['pods'] === '1';
      });
      await refused({ 'rig.toml': toml('frail', healthSoon) }, /quota/);
    } finally {
      await cluster.client.delete(resources.resourceQuotas, { namespace, name });
    }
  });
  await t.test('and once it is right again, it is deployed', async () => {
    write(source, { 'rig.toml': toml('frail', inTime), 'server.js': `${serving}// right\n` });
    const { release } = await deploy(source);
    live = release.version;
    assert.match(await ask(url), new RegExp(`^release ${live} `));
  });
});

const phase = (command: string) => toml('phased', `[release]\ncommand = ${JSON.stringify(command)}\n`);

test('the release command runs once before a release, and one that fails changes nothing', async () => {
  const source = user.source('phased', {
    'rig.toml': phase('node -e "console.log(6*7)"'),
    'server.js': serving,
  });
  const { url } = await deploy(source);
  const namespace = await user.requireNamespace();
  write(source, {
    'rig.toml': phase('echo the table is locked >&2; exit 9'),
    'server.js': `${serving}//2\n`,
  });
  const failed = await user.run(['deploy', source]);
  assert.equal(failed.code, 11, failed.stderr);
  assert.match(failed.stderr, /the table is locked/);
  assert.match(await ask(url), /^release 1 /);
  await until(
    'no job to be left',
    async () => (await cluster.client.list(resources.jobs, { namespace })).length === 0,
    60_000,
  );
});

test('a process without a port runs beside it, and is restarted when it ends', async () => {
  const worker = `console.log('worker ' + process.pid + ' of ' + process.env.RIG_RELEASE); setTimeout(() => process.exit(5), 4000);`;
  const processes = 'web = "node server.js"\nworker = "node worker.js"';
  const source = user.source('pair', {
    'rig.toml': toml('pair').replace('web = "node server.js"', processes),
    'server.js': serving,
    'worker.js': worker,
  });
  await deploy(source);
  await until(
    'two runs of it in the log',
    async () => {
      const { stdout } = await user.run(['logs', 'app', 'pair', '--process', 'worker', '--no-prefix']);
      return (stdout.match(/^worker \d+ of 1$/gm) ?? []).length >= 2;
    },
    60_000,
  );
});

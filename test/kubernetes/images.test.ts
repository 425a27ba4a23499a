import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { resources } from '@rig-ops/kubernetes';
import { ClusterUser } from '../support/kubernetes/cluster-user.ts';
import { TestCluster } from '../support/kubernetes/test-cluster.ts';
import { TestRegistry } from '../support/kubernetes/test-registry.ts';
import { until } from '../support/rig.ts';

interface Deployed {
  url: string;
  release: { version: number; image: { reference: string | null; digest: string | null } };
}

const cluster = await TestCluster.open();
const found = TestRegistry.open();
if (typeof found === 'string') console.log(`images of a registry are not tested: ${found}`);
const skip = typeof found === 'string' ? found : false;
const registry = found as TestRegistry;
let user: ClusterUser;
before(async () => {
  if (skip !== false) return;
  user = await ClusterUser.start(cluster, 'images');
  if (registry.isPrivate) await credentials(registry.credentials(user.folder));
});
after(async () => {
  if (skip === false) await user.close();
  cluster.close();
});

const credentials = async (file: string) => await user.json(['platform', 'start', '--docker-config', file]);
const ask = async (url: string) =>
  (await (await fetch(url, { signal: AbortSignal.timeout(10_000) })).json()) as Record<string, unknown>;
const server = (word: string) => `
require('node:http').createServer((request, answer) => answer.end(JSON.stringify({
  word: '${word}', uid: process.getuid(), gid: process.getgid(), folder: process.cwd(), port: process.env.PORT, own: process.env.OWN,
}))).listen(process.env.PORT, () => console.log('${word} listens'));
process.once('SIGTERM', () => setTimeout(() => process.exit(0), 200));
`;
const push = async (name: string, word: string, config: object = {}) =>
  await registry.push(name, {
    files: { 'srv/server.js': server(word) },
    config: {
      User: '1000:1001',
      Cmd: ['node', 'server.js'],
      WorkingDir: '/srv',
      Env: ['OWN=yes'],
      ...config,
    },
  });
const deploy = async (app: string, name: string, ...args: string[]) => {
  const image = ['--image', `${registry.prefix}/${name}`, '--app', app];
  return await user.json<Deployed>(['deploy', ...image, ...args], { cwd: user.folder });
};
const created = ['--create', '--yes', '--network'];

test('an image runs as it is, by digest, and comes back when its name has moved on', { skip }, async () => {
  const first = await push('shop:1', 'one', { ExposedPorts: { '3000/tcp': {} } });
  const { release, url } = await deploy('shop', 'shop:1', ...created, user.network);
  assert.deepEqual(
    [release.image.reference, release.image.digest],
    [`${registry.prefix}/shop:1`, `${registry.prefix}/shop@${first}`],
  );
  const own = { uid: 1000, gid: 1001, folder: '/srv', port: '3000', own: 'yes' };
  assert.deepEqual(await ask(url), { word: 'one', ...own });

  const namespace = await user.requireNamespace();
  const [pod] = await cluster.client.list(resources.pods, { namespace });
  const { containers = [], imagePullSecrets = [], initContainers = [] } = pod?.spec ?? {};
  assert.equal(containers[0]?.image, `${registry.prefix}/shop@${first}`);
  assert.equal(containers[0]?.imagePullPolicy, 'IfNotPresent');
  assert.equal(initContainers.length, 1, "rig's own programs are there, and nothing is unpacked");
  assert.ok(pod?.spec?.volumes?.every(({ name }) => name !== 'files'));
  if (registry.isPrivate) {
    const name = imagePullSecrets[0]?.name ?? '';
    const secret = await cluster.client.read(resources.secrets, { namespace, name });
    const { auths } = JSON.parse(
      Buffer.from(secret.data?.['.dockerconfigjson'] ?? '', 'base64').toString('utf8'),
    ) as { auths: Record<string, unknown> };
    assert.deepEqual(Object.keys(auths), [registry.host], 'nothing of other registries');
    assert.equal(secret.type, 'kubernetes.io/dockerconfigjson');
    assert.equal(secret.metadata?.labels?.['app.kubernetes.io/managed-by'], 'rig');
    assert.equal(secret.metadata?.ownerReferences?.[0]?.kind, 'Deployment');
  }

  const { ports } = (await cluster.client.read(resources.services, { namespace, name: 'shop' })).spec ?? {};
  assert.deepEqual(
    ports?.map(({ port, targetPort }) => [port, targetPort]),
    [
      [8080, 'http'],
      [3000, 'http'],
    ],
  );

  await push('shop:1', 'two', { ExposedPorts: { '3000/tcp': {} } });
  const load = new AbortController();
  const answers: Promise<Map<unknown, number>> = (async () => {
    const counts = new Map<unknown, number>();
    while (!load.signal.aborted) {
      const { word } = await ask(url);
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return counts;
  })();
  const second = await deploy('shop', 'shop:1');
  assert.notEqual(second.release.image.digest, release.image.digest);
  const back = await user.json<Deployed>(['rollback', '--app', 'shop']);
  assert.equal(back.release.image.digest, release.image.digest);
  assert.equal((await ask(url))['word'], 'one');
  await user.json(['apps', 'scale', 'shop', 'web=2']);
  load.abort();
  assert.deepEqual(new Set((await answers).keys()), new Set(['one', 'two']), 'and no request has failed');

  const shown = await user.json<{ image: { digest: string } }>(['releases', 'info', '1', '--app', 'shop']);
  assert.equal(shown.image.digest, release.image.digest);
  await user.json(['apps', 'destroy', 'shop', '--yes']);
  await until(
    'nothing to be left of the app',
    async () => (await cluster.contentOf(namespace))?.filter((name) => name.includes('shop')).length === 0,
    120_000,
  );
});

test('rig.toml beside an image: its processes, a release command, whom it runs as; sessions in it', {
  skip,
}, async () => {
  await push('tools:1', 'tools', {
    User: '',
    Entrypoint: ['/bin/env', 'BY=entry'],
    Cmd: ['node', 'server.js'],
  });
  const folder = join(user.folder, 'tools');
  mkdirSync(folder);
  const write = (phase: string) =>
    writeFileSync(
      join(folder, 'rig.toml'),
      `app = "tools"\nnetwork = "${user.network}"\n[run]\nuser = "2000:2001"\n[release]\ncommand = "${phase}"\n[processes]\nweb = "node server.js"\nworker = "while true; do echo as $(id -u) by $BY; sleep 1; done"\n`,
    );
  const run = async (args: string[], input?: string) =>
    await user.run(args, { cwd: folder, ...(input === undefined ? {} : { stdin: input }) });
  write('echo migrates as $(id -u) in $(pwd)');
  const image = ['--image', `${registry.prefix}/tools:1`];
  const { url } = await user.json<Deployed>(['deploy', ...image, '--create', '--yes'], { cwd: folder });
  assert.partialDeepStrictEqual(await ask(url), { uid: 2000, gid: 2001, folder: '/srv' });
  const log = async (process: string) =>
    (await run(['logs', 'app', '--process', process, '--no-prefix'])).stdout;
  assert.match(await log('release'), /^migrates as 2000 in \/srv$/m);
  await until('the worker', async () => (await log('worker')).includes('as 2000 by entry'), 30_000);

  const beside = await run(['command', '--', 'sh', '-c', 'id -u; pwd; exit 5']);
  assert.deepEqual([beside.stdout, beside.code], ['2000\n/srv\n', 5]);
  const fresh = await run(['command', '--new', '--', 'sh', '-c', 'cat; id -u; exit 7'], 'told\n');
  assert.deepEqual([fresh.stdout, fresh.code], ['told\n2000\n', 7]);
  writeFileSync(join(folder, 'note.txt'), 'brought');
  await user.json(['cp', 'note.txt', 'tools:/tmp/note.txt'], { cwd: folder });
  assert.equal((await run(['command', '--', 'cat', '/tmp/note.txt'])).stdout, 'brought');

  write('echo no; exit 9');
  const failed = await run(['deploy', ...image]);
  assert.equal(failed.code, 11, failed.stderr);
  assert.equal((await ask(url))['uid'], 2000);
  const namespace = await user.requireNamespace();
  await until(
    'no Job to be left, nor a Secret of one',
    async () =>
      (await cluster.contentOf(namespace))?.every((name) => !/^Job\/|release-|session-/.test(name)) === true,
    60_000,
  );
});

test('what cannot run is said before there is a pod', { skip }, async () => {
  await push('root:1', 'root', { User: '' });
  await push('named:1', 'named', { User: 'node' });
  await deploy('frail', (await push('frail:1', 'well'), 'frail:1'), ...created, user.network);
  const refused = async (name: string, code: string, exitCode: number) =>
    await user.fails(['deploy', '--image', `${registry.prefix}/${name}`, '--app', 'frail'], code, exitCode, {
      cwd: user.folder,
    });
  const root = await refused('root:1', 'image_user_refused', 7);
  assert.match(`${root.message} ${root.hint}`, /runs as root.*\[run\] user = 1000/);
  assert.match(
    (await refused('named:1', 'image_user_refused', 7)).message,
    /names its user by a word, "node"/,
  );
  await refused('frail:no-such-tag', 'image_not_found', 6);
  if (registry.isPrivate) {
    await credentials(registry.credentials(user.folder, 'not-the-password'));
    try {
      const { message } = await refused('frail:1', 'image_denied', 5);
      assert.doesNotMatch(message, /not-the-password/);
    } finally {
      await credentials(registry.credentials(user.folder));
    }
  }
  const namespace = await user.requireNamespace();
  const names = (await cluster.client.list(resources.deployments, { namespace })).map(
    ({ metadata }) => metadata?.name ?? '',
  );
  assert.deepEqual(
    names.filter((name) => name.startsWith('frail')),
    ['frail-web-v1'],
  );
});

test('credentials that are changed reach what runs, and those that are taken back are gone', {
  skip,
}, async (t) => {
  if (!registry.isPrivate) return t.skip('the registry lets everybody in');
  await push('keys:1', 'keys');
  await deploy('keys', 'keys:1', ...created, user.network);
  const namespace = await user.requireNamespace();
  const held = async () => {
    const secret = await cluster.client.read(resources.secrets, { namespace, name: 'keys-web-v1-pull' });
    return Buffer.from(secret.data?.['.dockerconfigjson'] ?? '', 'base64').toString('utf8');
  };
  const before = await held();
  await credentials(registry.credentials(user.folder, 'another'));
  await user.json(['apps', 'scale', 'keys', 'web=2']);
  assert.notEqual(await held(), before);
  await credentials('off');
  await user.json(['apps', 'scale', 'keys', 'web=1']);
  assert.deepEqual(JSON.parse(await held()), { auths: {} });
  await credentials(registry.credentials(user.folder));
});

test('a node that cannot fetch an image says why, in words of rig', { skip }, async (t) => {
  const told = async (image: string, why: RegExp) => {
    const source = user.app(
      'plain',
      { 'server.js': server('plain') },
      `[processes]\nweb = "node server.js"\n[health]\ntimeout = 90\n[run]\nimage = "${image}"\n`,
    );
    const { message } = await user.fails(['deploy', source, '--yes', '--create'], 'release_failed', 11, {
      limitMs: 120_000,
    });
    assert.match(message, why);
  };
  await told(`${registry.prefix}/plain:absent`, /the registry \S+ does not have the image .*plain:absent/);
  const digest = await push('base:1', 'base');
  const source = user.app(
    'plain',
    { 'server.js': server('plain') },
    `[processes]\nweb = "node server.js"\n[run]\nimage = "${registry.prefix}/base@${digest}"\n`,
  );
  const { url } = await user.json<Deployed>(['deploy', source, '--yes']);
  assert.equal(
    (await ask(url))['word'],
    'plain',
    'the files of a release run in an image of the registry as well',
  );
  if (!registry.isPrivate) return t.diagnostic('the registry lets everybody in');
  await credentials(registry.credentials(user.folder, 'not-the-password'));
  await told(`${registry.prefix}/plain:denied`, /the registry \S+ does not give the image .*--docker-config/);
  await credentials(registry.credentials(user.folder));
});

test('a Job begins once all is there that its pod needs', { skip }, async () => {
  const folder = user.app(
    'many',
    { 'server.js': server('many') },
    `[release]\ncommand = "echo well"\n[processes]\nweb = "node server.js"\n`,
  );
  await user.json(['deploy', folder, '--yes']);
  const all = await Promise.all(
    Array.from(
      { length: 4 },
      async (_, index) => await user.run(['command', '--new', 'many', '--', 'sh', '-c', `exit ${index}`]),
    ),
  );
  assert.deepEqual(
    all.map(({ code }) => code),
    [0, 1, 2, 3],
  );
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DockerDaemon } from '../support/docker-daemon.ts';
import { ImageRegistry, REGISTRY_USER } from '../support/image-registry.ts';
import { User } from '../support/rig.ts';

interface Deployed {
  url: string;
  release: { version: number; image: { id: string; reference: string | null; digest: string | null } };
  deploy: { id: string; buildId: string };
}
interface Build {
  status: string;
  steps: { name: string; status: string }[];
}

const APPLETS = ['sh', 'httpd', 'sleep', 'mkdir', 'echo'];

let daemon: DockerDaemon | null = null;
let registry: ImageRegistry | null = null;
let user: User;

const text = async (url: string) => await (await fetch(url)).text();
const images = (): string[] =>
  daemon?.docker('images', '--format', '{{.Repository}}:{{.Tag}}').split('\n').filter(Boolean) ?? [];
const app = (name: string, word: string, more = ''): string =>
  user.source(name, {
    Dockerfile: `FROM box:1\nWORKDIR /w\n${more}COPY index.html .\nCMD ["/bin/httpd", "-f", "-p", "8080", "-h", "/w"]\n`,
    'index.html': `${word}\n`,
    'rig.toml': `app = "${name}"\n`,
  });
/** Something that takes a while to push, also on a machine that is fast. */
const heavy = (name: string, megabytes: number): string => {
  const root = app(name, 'heavy', 'COPY large.bin .\n');
  writeFileSync(join(root, 'large.bin'), randomBytes(megabytes * 1024 * 1024));
  return root;
};
const until = async (what: string, is: () => Promise<boolean>) => {
  for (const deadline = Date.now() + 60_000; !(await is()); await sleep(50))
    assert.ok(Date.now() < deadline, `${what} does not come`);
};
const stepsOf = async (buildId: string) => (await user.json<Build>(['builds', 'info', buildId])).steps;
const begin = async (root: string): Promise<{ id: string; buildId: string }> => {
  const { deploy } = await user.json<Deployed>(['deploy', '--create', '--detach'], { cwd: root });
  let buildId = '';
  await until('the push', async () => {
    const found = await user.json<{ buildId: string | null }>(['api', 'GET', `/v1/deploys/${deploy.id}`]);
    buildId = found.buildId ?? '';
    if (buildId === '') return false;
    return (await stepsOf(buildId)).some(
      ({ name, status }) => name.startsWith('push ') && status === 'running',
    );
  });
  return { id: deploy.id, buildId };
};
const restart = async (...flags: string[]) => {
  await user.json(['platform', 'stop']);
  return await user.json<{ registry: string | null }>(['platform', 'start', ...flags]);
};

before(async () => {
  registry = await ImageRegistry.start({ auth: 'password' });
  if (registry === null) return;
  daemon = await DockerDaemon.start();
  if (daemon === null) return;
  const box = daemon.imageOf(Object.fromEntries(APPLETS.map((name) => [name, '/bin/busybox'])));
  daemon.docker('tag', box, 'box:1');
  user = new User();
  const on = ['platform', 'start', '--engine', 'docker', '--docker-host', daemon.host];
  const place = ['--registry', `${registry.host}/apps`, '--docker-config', registry.credentials()];
  const started = await user.json<{ registry: string }>([...on, ...place]);
  assert.equal(started.registry, `${registry.host}/apps`);
});

after(async () => {
  try {
    await user?.close();
  } finally {
    await daemon?.close();
    await registry?.close();
  }
});

describe('a registry of the platform', { timeout: 300_000 }, () => {
  it('gets each image that is built, and gives it back by digest', async (test) => {
    if (daemon === null || registry === null) return test.skip('there is no dockerd or docker-registry here');
    const first = await user.json<Deployed>(['deploy', '--create'], { cwd: app('shop', 'first') });
    const { digest, reference } = first.release.image;
    assert.equal(reference, null);
    const [repository, pushed] = (digest ?? '').split('@');
    assert.equal(repository, `${registry.host}/apps/shop`);
    assert.equal(await registry.digestOf('apps/shop', first.deploy.buildId), pushed);
    const push = (await stepsOf(first.deploy.buildId)).at(-1);
    assert.deepEqual([push?.name, push?.status], [`push ${repository}:${first.deploy.buildId}`, 'succeeded']);
    const log = await user.run(['logs', 'build', first.deploy.buildId]);
    assert.match(log.stdout, /layer [0-9a-f]{12} is pushed/);
    assert.ok(log.stdout.includes(digest ?? '-'), log.stdout);
    const second = await user.json<Deployed>(['deploy'], { cwd: app('shop', 'second') });
    assert.equal(await text(second.url), 'second\n');
    // As another daemon, or one that was tidied up.
    daemon.docker('rmi', '-f', first.release.image.id);
    assert.ok(!images().some((name) => name.includes(first.deploy.buildId)), images().join('\n'));
    await user.json(['rollback', '--app', 'shop']);
    assert.equal(await text(second.url), 'first\n');
    const third = await user.json<Deployed['release']>(['releases', 'info', 'v3', '--app', 'shop']);
    assert.deepEqual(third.image, first.release.image);
  });

  it('has what a daemon has lost while nobody looked', async (test) => {
    if (daemon === null || registry === null) return test.skip();
    const { image } = await user.json<Deployed['release']>(['releases', 'info', 'v3', '--app', 'shop']);
    const { url } = await user.json<{ url: string }>(['apps', 'info', 'shop']);
    await user.json(['platform', 'stop']);
    daemon.docker('rmi', '-f', image.id);
    await registry.end();
    await user.json(['platform', 'start']);
    await until('the problem', async () => {
      const { problems } = await user.json<{ problems: { code: string }[] }>(['status']);
      return problems.some(({ code }) => code === 'image_registry_unreachable');
    });
    await registry.run();
    await until('the app', async () => (await text(url).catch(() => '')) === 'first\n');
  });

  it('refuses in words of rig, and nothing is live of it', async (test) => {
    if (daemon === null || registry === null) return test.skip();
    const wrong = registry.credentials('guess-what-4');
    // A platform that runs takes them from its next build on.
    await user.json(['platform', 'start', '--docker-config', wrong]);
    const denied = await user.fails(['deploy'], 'image_push_denied', 5, { cwd: app('shop', 'denied') });
    assert.ok(denied.message.includes(registry.host), denied.message);
    await user.json(['platform', 'start', '--docker-config', registry.credentials()]);
    const problems = async () =>
      (await user.json<{ problems: { code: string; message: string }[] }>(['status'])).problems;
    // An answer of the registry holds for a while, also that it did not come.
    await until('a status without problems', async () => (await problems()).length === 0);
    await registry.end();
    await user.fails(['deploy'], 'image_registry_unreachable', 8, { cwd: app('shop', 'away') });
    const names = images();
    assert.ok(!names.some((name) => name.startsWith('<none>')), names.join('\n'));
    await registry.run(true);
    await user.fails(['deploy'], 'image_push_failed', 10, { cwd: app('shop', 'readonly') });
    await registry.end();
    await registry.run(false);
    const said = [
      readFileSync(join(user.home, 'platform', 'supervisor-config.json'), 'utf8'),
      ...(await Promise.all(
        [
          ['audit', 'list'],
          ['events'],
          ['platform', 'logs', '-n', '500'],
          ['doctor'],
          ['platform', 'status'],
        ].map(async (command) => (await user.run([...command, '-o', 'json'])).stdout),
      )),
    ].join('\n');
    const auth = Buffer.from(`${REGISTRY_USER.username}:${REGISTRY_USER.password}`).toString('base64');
    for (const secret of [REGISTRY_USER.password, 'guess-what-4', auth]) assert.ok(!said.includes(secret));
    assert.ok(said.includes(`${registry.host}/apps`));
    assert.equal((await user.json<{ status: string }>(['apps', 'info', 'shop'])).status, 'running');
  });

  it('goes on where a killed rigd was, and is left alone when the deploy is cancelled', async (test) => {
    if (daemon === null || registry === null) return test.skip();
    const { id, buildId } = await begin(heavy('heavy', 64));
    process.kill(user.platformFile<{ pid: number }>('platform.json').pid, 'SIGKILL');
    const ended = await user.json<Deployed>(['deploy', '--attach', id]);
    assert.equal(ended.deploy.buildId, buildId);
    assert.ok(ended.release.image.digest?.startsWith(`${registry.host}/apps/heavy@`));
    const again = await begin(heavy('heavy', 64));
    await user.json(['releases', 'cancel', '--app', 'heavy']);
    await until('the end', async () => {
      const { status } = await user.json<{ status: string }>(['api', 'GET', `/v1/deploys/${again.id}`]);
      return status !== 'running';
    });
    assert.equal(await registry.digestOf('apps/heavy', again.buildId), null);
    assert.ok(!images().some((name) => name.includes(again.buildId)), images().join('\n'));
  });

  it('is used no more when it is off; what runs stays', async (test) => {
    if (daemon === null || registry === null) return test.skip();
    const started = await restart('--registry', 'off');
    assert.equal(started.registry, null);
    const { release } = await user.json<Deployed>(['deploy'], { cwd: app('shop', 'local') });
    assert.equal(release.image.digest, null);
    for (const name of ['shop', 'heavy']) await user.run(['apps', 'destroy', name, '--yes']);
    assert.deepEqual(images(), ['box:1']);
    // Nothing of a registry is deleted by rig.
    assert.ok((await registry.tagsOf('apps/shop')).length >= 2);
    const refused = await user.fails(
      ['platform', 'start', '--registry', 'ghcr.io/team'],
      'platform_running',
      7,
    );
    assert.match(refused.message, /pushes images nowhere/);
  });
});

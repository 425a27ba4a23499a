import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DockerDaemon } from '../support/docker-daemon.ts';
import { User } from '../support/rig.ts';

interface Deployed {
  url: string;
  release: { version: number; image: { id: string; reference: string | null; digest: string | null } };
  deploy: { buildId: string };
}
interface Build {
  status: string;
  image: { id: string } | null;
  steps: { name: string; status: string; exitCode: number | null; durationMs: number | null }[];
}

const APPLETS = ['sh', 'httpd', 'cat', 'echo', 'sleep', 'tr', 'yes', 'ls', 'mkdir', 'test', 'touch'];

const DOCKERFILE = `FROM box:1 AS base
ARG GREETING=none
WORKDIR /srv
COPY . /srv/
RUN --mount=type=secret,id=TOKEN echo "greets with $GREETING" && cat /run/secrets/TOKEN | tr a-z A-Z > /srv/token.txt
EXPOSE 3000
CMD ["/bin/sh", "-c", "exec /bin/httpd -f -p $PORT -h /srv"]
FROM base AS debug
RUN echo debug > /srv/stage.txt
FROM base
`;

let daemon: DockerDaemon | null = null;
let user: User;
/** Root file system of a static busybox, under the name that Dockerfiles of these tests begin with. */
let box = '';

const text = async (url: string, path = '/') => await (await fetch(new URL(path, url))).text();
const images = (): string[] =>
  daemon
    ?.docker('images', '--no-trunc', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}')
    .split('\n')
    .filter(Boolean) ?? [];

before(async () => {
  daemon = await DockerDaemon.start();
  if (daemon === null) return;
  box = daemon.imageOf(Object.fromEntries(APPLETS.map((name) => [name, '/bin/busybox'])));
  daemon.docker('tag', box, 'box:1');
  user = new User();
  await user.json(['platform', 'start', '--engine', 'docker', '--docker-host', daemon.host]);
});

after(async () => {
  try {
    await user?.close();
  } finally {
    await daemon?.close();
  }
});

const needed = (test: { skip: (why: string) => void }): boolean => {
  if (daemon !== null) return true;
  test.skip('there is no dockerd here');
  return false;
};

describe('an image that a Dockerfile describes', { timeout: 120_000 }, () => {
  it('is built with what it asks for, runs, and tells no secret', async (test) => {
    if (!needed(test)) return;
    const root = user.source('shop', {
      Dockerfile: DOCKERFILE,
      'index.html': 'hello\n',
      'left/out.txt': 'no\n',
      '.dockerignore': 'left\nDockerfile\n',
      'rig.toml': 'app = "shop"\n[build.args]\nGREETING = "joy"\n',
    });
    // More than one pack, in a file of several chunks.
    writeFileSync(join(root, 'large.bin'), randomBytes(18 * 1024 * 1024));
    await user.json(['apps', 'create', 'shop']);
    await user.json(['config', 'set', 'TOKEN=-', '--secret', '--build', '--app', 'shop'], {
      stdin: 'sesame',
    });
    const deployed = await user.json<Deployed>(['deploy'], { cwd: root });
    assert.equal(await text(deployed.url), 'hello\n');
    assert.equal(await text(deployed.url, '/token.txt'), 'SESAME');
    assert.equal((await fetch(new URL('/left/out.txt', deployed.url))).status, 404);
    const sent = Buffer.from(await (await fetch(new URL('/large.bin', deployed.url))).arrayBuffer());
    assert.ok(sent.equals(readFileSync(join(root, 'large.bin'))), 'the context is bit-identical');
    const { id, reference } = deployed.release.image;
    assert.equal(reference, null);
    assert.ok(images().includes(`rig/build:${deployed.deploy.buildId} ${id}`));
    const told = daemon?.docker('history', '--no-trunc', id) + (daemon?.docker('inspect', id) ?? '');
    assert.ok(told.includes('GREETING') && !told.includes('sesame'), told);
    const build = await user.json<Build>(['builds', 'info', deployed.deploy.buildId]);
    const run = build.steps.find(({ name }) => name.includes('RUN'));
    assert.deepEqual([run?.status, run?.exitCode], ['succeeded', 0]);
    assert.ok((run?.durationMs ?? -1) >= 0);
    const log = await user.run(['logs', 'build', deployed.deploy.buildId]);
    assert.match(log.stdout, /greets with joy/);
    // Nothing of the source is unpacked.
    assert.throws(() => statSync(join(user.home, 'platform', 'artifacts', deployed.deploy.buildId)));
  });

  it('may be a stage of it', async (test) => {
    if (!needed(test)) return;
    const manifest = 'app = "shop"\n[build]\ndockerfile = "deploy/Dockerfile"\ntarget = "debug"\n';
    const root = user.source('staged', {
      'deploy/Dockerfile': DOCKERFILE,
      'index.html': 'staged\n',
      'rig.toml': manifest,
    });
    const { url } = await user.json<Deployed>(['deploy'], { cwd: root });
    assert.equal(await text(url, '/stage.txt'), 'debug\n');
    const explained = await user.json<{ plan: { image: unknown } }>(['builds', 'explain'], { cwd: root });
    assert.deepEqual(explained.plan.image, {
      dockerfile: 'deploy/Dockerfile',
      context: '.',
      target: 'debug',
      args: [],
    });
    writeFileSync(join(root, 'rig.toml'), manifest.replace('debug', 'nosuch'));
    const missing = await user.fails(['deploy'], 'build_failed', 10, { cwd: root });
    assert.match(missing.message, /no stage nosuch/);
  });

  it('fails with its step, its code and its last lines; what is live stays', async (test) => {
    if (!needed(test)) return;
    const deploy = async (dockerfile: string) => {
      const root = user.source('broken', { Dockerfile: dockerfile, 'rig.toml': 'app = "shop"\n' });
      return await user.fails(['deploy'], 'build_failed', 10, { cwd: root });
    };
    const failed = await deploy('FROM box:1\nRUN echo one && echo two >&2 && exit 7\n');
    assert.match(failed.message, /step \[2\/2\] RUN .* failed with exit code 7/);
    // Two pipes: the daemon tells no order between them.
    assert.deepEqual(new Set(failed.details?.['lastLines'] as string[]), new Set(['one', 'two']));
    assert.match(
      (await deploy('FROM box:1\nRNU x\n')).message,
      /Dockerfile line 2: unknown instruction: RNU/,
    );
    assert.match((await deploy('FROM box:1\nCOPY nothing /\n')).message, /the source has no nothing/);
    assert.match(
      (await deploy('FROM registry.invalid/a:1\n')).message,
      /registry\.invalid\/a:1 does not answer/,
    );
    const secret = 'FROM box:1\nRUN --mount=type=secret,id=NO,required cat /run/secrets/NO\n';
    assert.match((await deploy(secret)).message, /secret NO/);
    assert.equal((await user.json<{ status: string }>(['apps', 'info', 'shop'])).status, 'running');
    assert.equal(images().filter((line) => line.startsWith('<none>')).length, 0, images().join('\n'));
  });

  it('is built again by the next rigd when this one is killed, and ends when it is cancelled', async (test) => {
    if (!needed(test)) return;
    const root = user.source('slow', {
      Dockerfile: `FROM box:1\nRUN echo begun && sleep 6 && touch ${randomBytes(4).toString('hex')}\nCMD ["/bin/httpd", "-f", "-p", "8080"]\n`,
      'rig.toml': 'app = "slow"\n',
    });
    await user.json(['apps', 'create', 'slow']);
    const begun = await user.json<Deployed>(['deploy', '--detach'], { cwd: root });
    const { id } = begun.deploy as unknown as { id: string };
    const isRunning = async () => {
      const { buildId } = await user.json<{ buildId: string | null }>(['api', 'GET', `/v1/deploys/${id}`]);
      if (buildId === null) return false;
      const { steps } = await user.json<Build>(['builds', 'info', buildId]);
      return steps.some(({ name, status }) => name.includes('sleep') && status === 'running');
    };
    for (const deadline = Date.now() + 30_000; !(await isRunning()); )
      assert.ok(Date.now() < deadline, 'the step does not begin');
    process.kill(user.platformFile<{ pid: number }>('platform.json').pid, 'SIGKILL');
    const ended = await user.json<Deployed>(['deploy', '--attach', id], { cwd: root });
    assert.equal(ended.release.version, 1);
    const slower = user.source('slower', {
      Dockerfile: 'FROM box:1\nRUN echo begun && sleep 600\n',
      'rig.toml': 'app = "slow"\n',
    });
    await user.json(['deploy', '--detach'], { cwd: slower });
    await user.json(['releases', 'cancel', '--app', 'slow']);
    const left = daemon?.docker('ps', '-a', '--format', '{{.Command}}') ?? '';
    assert.ok(!left.includes('sleep 600'), left);
  });
});

describe('an image that is there already', { timeout: 120_000 }, () => {
  it('is deployed by name, and kept by id when the name moves on', async (test) => {
    if (!needed(test)) return;
    const build = (word: string) => {
      const folder = user.source(`own-${word}`, {
        Dockerfile: `FROM box:1\nRUN mkdir -p /w && echo ${word} > /w/index.html\nENTRYPOINT ["/bin/httpd", "-f"]\nCMD ["-p", "8080", "-h", "/w"]\n`,
      });
      daemon?.docker('build', '--network', 'none', '-t', 'mine:1', folder);
    };
    build('first');
    const first = await user.json<Deployed>(['deploy', '--image', 'mine:1', '--create']);
    assert.equal(await text(first.url), 'first\n');
    assert.equal(first.release.image.reference, 'mine:1');
    build('second');
    const second = await user.json<Deployed>(['deploy', '--image', 'mine:1', '--app', 'mine']);
    assert.equal(await text(second.url), 'second\n');
    // The user's own name goes away; what releases need stays.
    daemon?.docker('rmi', 'mine:1');
    await user.json(['rollback', '--app', 'mine']);
    assert.equal(await text(second.url), 'first\n');
    const shown = await user.json<Deployed['release']>(['releases', 'info', 'v3', '--app', 'mine']);
    assert.equal(shown.image.id, first.release.image.id);
  });

  it('takes its processes from rig.toml, behind its entry point', async (test) => {
    if (!needed(test)) return;
    const root = user.source('tabled', {
      'rig.toml':
        'app = "tabled"\nport = 9000\n[processes]\nweb = ["/bin/sh", "-c", "echo $PORT > /tmp/index.html; exec /bin/httpd -f -p $PORT -h /tmp"]\n',
      Dockerfile: 'FROM nothing\n',
    });
    const { url } = await user.json<Deployed>(['deploy', '--image', 'box:1', '--create'], { cwd: root });
    assert.equal(await text(url), '9000\n');
  });

  it("is refused in rig's words", async (test) => {
    if (!needed(test)) return;
    const refused = async (image: string, code: string, exitCode: number) =>
      await user.fails(['deploy', '--image', image, '--app', 'mine'], code, exitCode);
    await refused('Upper', 'image_name_invalid', 3);
    await refused('registry.invalid/a:1', 'image_registry_unreachable', 8);
    // Nothing to start.
    await refused('box:1', 'image_unfit', 7);
    await user.fails(['deploy', '--image', 'box:1', '--rebuild'], 'usage', 2);
    await user.fails(['deploy', '--image', 'box:1', '--from', 'x.tar'], 'usage', 2);
  });

  it('goes with its app, and nothing else does', async (test) => {
    if (!needed(test)) return;
    for (const app of ['shop', 'slow', 'mine', 'tabled']) await user.json(['apps', 'destroy', app, '--yes']);
    assert.deepEqual(images(), [`box:1 ${box}`]);
  });
});

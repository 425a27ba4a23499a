import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeNodeImages } from '../support/base-images.ts';
import { DockerDaemon } from '../support/docker-daemon.ts';
import { Pty } from '../support/pty.ts';
import { until, User } from '../support/rig.ts';
import { proveZeroDowntime } from '../support/zero-downtime/prove.ts';

const started = await DockerDaemon.start();
const skip = started === null && 'dockerd cannot be started here';

interface Deployed {
  url: string;
  release: { version: number; detector: string };
}

const get = async (url: string) => {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  return [response.status, await response.text()] as const;
};
describe('apps on docker', { skip }, () => {
  let daemon: DockerDaemon;
  let user: User;

  before(async () => {
    assert.ok(started);
    daemon = started;
    makeNodeImages(daemon);
    user = new User();
    await user.json(['platform', 'start', '--engine', 'docker', '--docker-host', daemon.host]);
  });
  after(async () => {
    await user?.close();
    await daemon?.close();
  });

  const made = () =>
    ['ps -aq', 'images -q --filter label=rig.platform', 'network ls -q --filter label=rig.platform'].flatMap(
      (line) =>
        daemon
          .docker(...line.split(' '))
          .split('\n')
          .filter(Boolean),
    );
  const inside = async (app: string, script: string, stdin = '') =>
    await user.run(['command', app, '--', 'node', '-e', script], { stdin });

  it('are switched without a lost request, and back', async () => {
    const { faults } = await proveZeroDowntime(user, { deploys: 1, rollbacks: 1, drainSeconds: 2 });
    assert.deepEqual(faults, []);
    await user.json(['apps', 'destroy', 'steady', '--yes']);
  });

  it('are built in a container by their lockfile, with what the build before has left', async () => {
    const manifest = { name: 'built', version: '1.0.0', dependencies: { local: 'file:local' } };
    const packages = {
      '': manifest,
      local: { version: '1.0.0' },
      'node_modules/local': { resolved: 'local', link: true },
    };
    const source = user.source('built', {
      'package.json': JSON.stringify({ ...manifest, scripts: { start: 'node web.js' } }),
      'package-lock.json': JSON.stringify({ name: 'built', lockfileVersion: 3, requires: true, packages }),
      'local/package.json': '{"name":"local","version":"1.0.0"}',
      'local/index.js': 'module.exports = process.getuid();',
      'web.js':
        "require('http').createServer((q, s) => s.end('user ' + require('local'))).listen(process.env.PORT);",
    });
    const { url, release } = await user.json<Deployed>(['deploy', source, '--yes']);
    assert.equal(release.detector, 'node');
    assert.deepEqual(await get(url), [200, 'user 10001']);
    const first = await user.run(['logs', 'build', '--app', 'built']);
    assert.match(first.stdout, /Building in node:24\n[^]*npm ci/);
    writeFileSync(join(source, 'more.txt'), 'more');
    await user.json(['deploy', source]);
    assert.match((await user.run(['logs', 'build', '--app', 'built'])).stdout, /install: from the cache/);
    assert.deepEqual(await get(url), [200, 'user 10001']);
  });

  it('are reached as on every engine: commands, copies, scale, restart, logs', async () => {
    const { url } = await user.json<Deployed>(['deploy', user.example('hello-node'), '--yes']);
    assert.deepEqual(await get(url), [200, 'Hello from rig, release 1\n']);
    const echoed = await inside(
      'hello-node',
      "process.stdin.pipe(process.stdout);console.error('said');process.exitCode=7",
      'exact\0bytes',
    );
    assert.deepEqual([echoed.code, echoed.stdout, echoed.stderr], [7, 'exact\0bytes', 'said\n']);
    const who = 'process.env.RIG_INSTANCE + " " + require("os").userInfo().username + " " + process.cwd()';
    const fresh = await user.run(['command', 'hello-node', '--new', '--', 'node', '-p', who]);
    assert.deepEqual([fresh.code, fresh.stdout], [0, 'web.new app /app\n']);
    const file = join(user.folder, 'file');
    writeFileSync(file, 'copied');
    await user.json(['cp', file, 'hello-node:/tmp/there']);
    await user.json(['cp', 'hello-node:/tmp/there', join(user.folder, 'back')]);
    assert.equal(readFileSync(join(user.folder, 'back'), 'utf8'), 'copied');
    await user.json(['apps', 'scale', 'hello-node', 'web=2']);
    await user.json(['apps', 'restart', 'hello-node']);
    const names = new Set<string>();
    await until('both to serve', async () => {
      await get(url);
      const { stdout } = await user.run(['logs', 'app', 'hello-node', '-o', 'json']);
      for (const line of stdout.trim().split('\n')) {
        const record = JSON.parse(line) as { message?: string; instance?: string };
        if (record.message === 'GET /' && record.instance !== undefined) names.add(record.instance);
      }
      return names.size === 2;
    });
  });

  it('stay as they are when rigd is killed', async () => {
    const before = daemon.docker('ps', '-q');
    const { pid } = user.platformFile<{ pid: number }>('platform.json');
    process.kill(pid, 'SIGKILL');
    await until('another rigd', () => user.platformFile<{ pid: number }>('platform.json').pid !== pid);
    await user.json(['apps', 'list']);
    // What is left behind is looked for at the start.
    const started = Date.now();
    await until('a moment', () => Date.now() - started > 1_000);
    assert.equal(daemon.docker('ps', '-q'), before);
  });

  it('serve sites by a program of rig, upon no image at all', async () => {
    const { url } = await user.json<Deployed>(['deploy', user.example('static-site'), '--yes']);
    const [status, body] = await get(url);
    assert.equal(status, 200);
    assert.match(body, /<!doctype html>/);
    const write = await inside('static-site', '');
    assert.notEqual(write.code, 0);
  });

  it('are ended for too much memory, in the words of rig', async () => {
    user.source('greedy', {
      'rig.toml': 'app = "greedy"\n[processes.web]\ncommand = "node web.js"\nmemory = "64M"\ncpus = 0.5\n',
      'web.js': `const all = []; require('http').createServer((q, s) => {
        if (q.url === '/eat') for (;;) all.push(Buffer.alloc(1e7, 1));
        s.end('fed');
      }).listen(process.env.PORT);`,
    });
    const { url } = await user.json<Deployed>(['deploy', 'greedy', '--yes']);
    assert.deepEqual(await get(url), [200, 'fed']);
    await get(`${url}/eat`).catch(() => undefined);
    await until('the word of it', async () => {
      const { stdout } = await user.run(['logs', 'app', 'greedy']);
      return /memory/.test(stdout);
    });
    await until('the event of it', async () =>
      /greedy: web\.1 of v1 ran out of memory/.test((await user.run(['events'])).stdout),
    );
    await until('it to be back', async () => (await get(url))[1] === 'fed');
  });

  it('say what to type when the daemon lacks an image', async () => {
    user.source('lacking', {
      'rig.toml':
        'app = "lacking"\n[run]\nimage = "no.such.host/image:1"\n[processes]\nweb = "node web.js"\n',
    });
    const { hint, message } = await user.fails(['deploy', 'lacking', '--yes'], 'base_image_missing', 10);
    assert.match(message, /no\.such\.host\/image:1, which the app is put on/);
    assert.match(hint, /docker pull no\.such\.host\/image:1.*\[run\] image.*docker import/);
  });

  it('have neighbours, and a shell among them', async (t) => {
    daemon.docker('tag', 'node:24', 'rig/shell');
    const pty = new Pty(user, ['shell', '--network', 'default', '--env', 'ENV=']);
    t.after(() => pty.kill());
    await pty.shows(/[#$] /);
    pty.type("PS1='re''ady> '\r");
    await pty.shows(/ready> /);
    pty.type('wget -q -O - $RIG_HELLO_NODE_URL\r');
    await pty.shows(/Hello from rig, release 1/);
    pty.type('exit 3\r');
    assert.equal(await pty.ended(), 3);
  });

  it('leave nothing on the daemon when they are destroyed', async () => {
    const { apps } = await user.json<{ apps: { name: string }[] }>(['apps', 'list']);
    for (const { name } of apps) await user.json(['apps', 'destroy', name, '--yes']);
    daemon.docker('rmi', 'rig/shell');
    await until('nothing but the network', () => made().length <= 1);
    await user.json(['platform', 'stop']);
    assert.deepEqual(made(), []);
  });
});

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DockerDaemon } from '../support/docker-daemon.ts';
import { repository, until } from '../support/rig.ts';

const started = await DockerDaemon.start();
const skip = started === null && 'dockerd cannot be started here';
const NAME = 'rig:test';
/** As deploy/kubernetes runs it, but for the cluster. */
const STRICT = ['--network=none', '--read-only', '--tmpfs=/tmp', '--cap-drop=ALL'];
STRICT.push('--security-opt=no-new-privileges');

/** A root file system of programs of this machine: no registry is reachable. */
function makeRoot(daemon: DockerDaemon): string {
  const root = join(daemon.folder, 'root');
  for (const folder of ['bin', 'tmp', 'etc', 'usr/bin', 'usr/local/bin'])
    mkdirSync(join(root, folder), { recursive: true });
  chmodSync(join(root, 'tmp'), 0o1777);
  writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(root, 'etc', 'group'), 'root:x:0:\n');
  symlinkSync('/bin/env', join(root, 'usr', 'bin', 'env'));
  const own = Object.fromEntries(['sh', 'env', 'tail', 'dirname'].map((name) => [name, `/usr/bin/${name}`]));
  daemon.importFolder(root, { programs: { ...own, '../usr/local/bin/node': process.execPath } });
  return root;
}

function makeImage(root: string, out: string): string {
  const argv = ['scripts/make-image.mjs', '--root', root, '--tag', NAME, out];
  return execFileSync(process.execPath, argv, { cwd: repository, encoding: 'utf8' }).trim();
}

const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe("rig's image", { skip }, () => {
  let daemon: DockerDaemon;
  let root: string;
  let archive: string;
  let id: string;
  before(() => {
    assert.ok(started);
    daemon = started;
    root = makeRoot(daemon);
    archive = join(daemon.folder, 'rig.tar');
    id = makeImage(root, archive);
    daemon.docker('load', '--quiet', '--input', archive);
  });
  after(() => daemon.close());

  const run = (name: string, ...more: string[]) =>
    daemon.docker('run', '--detach', '--name', name, ...STRICT, ...more, NAME);
  const exec = (name: string, ...argv: string[]) => daemon.docker('exec', name, ...argv);
  /** Status and body of what is asked within the container. */
  const ask = (name: string, url: string): { status: number; body: string } => {
    const script = `fetch(process.argv[1]).then(async (a) => ({ status: a.status, body: await a.text() }), (e) => ({ status: 0, body: String(e) })).then((a) => console.log(JSON.stringify(a)))`;
    return JSON.parse(exec(name, 'node', '-e', script, url)) as { status: number; body: string };
  };
  const probe = (name: string, path: string) => ask(name, `http://127.0.0.1:7444${path}`).status;

  it('is the same bytes when it is made again', () => {
    const again = join(daemon.folder, 'again.tar');
    assert.equal(makeImage(root, again), id);
    assert.equal(digestOf(again), digestOf(archive));
    assert.equal(daemon.docker('image', 'inspect', '--format', '{{.Id}}', NAME).trim(), id);
  });

  it('runs a platform as nobody in particular, which serves, ends in order and goes on where it was', async () => {
    const state = ['--env', 'RIG_INSECURE=1', '--volume', 'rig-state:/var/lib/rig'];
    run('rig', ...state);
    await until('a platform that can serve', () => probe('rig', '/readyz') === 200, 60_000);
    assert.equal(probe('rig', '/livez'), 200);
    assert.equal(ask('rig', 'http://127.0.0.1:7443/v1/version').status, 200);
    assert.equal(exec('rig', 'node', '-p', 'process.getuid()').trim(), '10001');
    const served = `require('node:http').createServer((_, a) => a.end('served')).listen(process.env.PORT, process.env.HOST)`;
    const write = `const { mkdirSync, writeFileSync } = require('node:fs'); mkdirSync('/tmp/shop'); writeFileSync('/tmp/shop/rig.toml', 'app = "shop"\\n[processes]\\nweb = "node server.js"\\n'); writeFileSync('/tmp/shop/server.js', process.argv[1]);`;
    exec('rig', 'node', '-e', write, served);
    const deployed = daemon.docker(
      'exec',
      '--workdir',
      '/tmp/shop',
      'rig',
      'rig',
      'deploy',
      '--yes',
      '--json',
    );
    const { url } = JSON.parse(deployed) as { url: string };
    assert.equal(ask('rig', url).body, 'served');

    daemon.docker('stop', '--time', '30', 'rig');
    assert.equal(daemon.docker('inspect', '--format', '{{.State.ExitCode}}', 'rig').trim(), '0');
    // Another container on the same volume, as a pod that is replaced.
    daemon.docker('rm', 'rig');
    run('rig', ...state);
    await until('the app to be served again', () => ask('rig', url).body === 'served', 60_000);
  });

  it('lives and is not ready while its database is away', async () => {
    const env = ['RIG_INSECURE=1', 'RIG_DATABASE_URL=postgres://rig@127.0.0.1:1/rig'];
    run('away', '--volume=/var/lib/rig', ...env.map((each) => `--env=${each}`));
    await until('life', () => probe('away', '/livez') === 200, 60_000);
    await until('rigd to have said why', () =>
      daemon.docker('logs', 'away').includes('database_unavailable'),
    );
    assert.equal(probe('away', '/readyz'), 503);
    assert.equal(probe('away', '/livez'), 200);
    daemon.docker('rm', '--force', 'away');
  });

  it('ends with the reason where it is told what cannot be', () => {
    const argv = ['--host', daemon.host, 'run', '--rm', ...STRICT, '--tmpfs=/var/lib/rig', NAME];
    const { status, stderr } = spawnSync('docker', argv, { encoding: 'utf8' });
    assert.notEqual(status, 0);
    assert.match(stderr, /^tls_required: /m);
  });
});

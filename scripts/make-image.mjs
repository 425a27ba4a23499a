// Makes rig's image without a registry or a daemon: the same files as the Dockerfile on top of a root file system
// that is there (Debian or what is like it), as an archive for `docker load` and `ctr images import`.
//   node scripts/make-image.mjs --root FOLDER --tag NAME OUT.tar
// The Node that runs this is the Node of the image where the root file system has none.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { layImage } from './lay-image.mjs';

const { values, positionals } = parseArgs({
  options: { root: { type: 'string' }, tag: { type: 'string' } },
  allowPositionals: true,
});
const [out] = positionals;
if (values.root === undefined || values.tag === undefined || out === undefined)
  throw new Error('usage: make-image.mjs --root FOLDER --tag NAME OUT.tar');

const USER = '10001';
const same = [
  '--sort=name',
  '--mtime=@0',
  '--numeric-owner',
  '--format=posix',
  '--pax-option=delete=atime,delete=ctime',
];

function tar(file, folder, owner, what) {
  const args = [...same, `--owner=${owner}`, `--group=${owner}`, '-C', folder, '-cf', file, ...what];
  const { status } = spawnSync('tar', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`tar ended with ${status}`);
}

async function digestOf(file) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** Programs ask who runs them; a user without a name has some of them fail. */
function nameUser(base, target) {
  mkdirSync(join(target, 'etc'), { recursive: true });
  const add = (name, line) =>
    writeFileSync(
      join(target, 'etc', name),
      `${readFileSync(join(base, 'etc', name), 'utf8').trimEnd()}\n${line}\n`,
    );
  add('passwd', `rig:x:${USER}:${USER}::/var/lib/rig:/bin/sh`);
  add('group', `rig:x:${USER}:`);
}

const work = mkdtempSync(join(tmpdir(), 'rig-image-'));
try {
  const rig = layImage(join(work, 'rig'));
  if (!existsSync(join(values.root, 'usr/local/bin/node')))
    copyFileSync(process.execPath, join(rig, 'usr', 'local', 'bin', 'node'));
  nameUser(values.root, rig);
  const image = join(work, 'image');
  mkdirSync(image);
  const layers = [];
  const add = async (folder, owner, what) => {
    const name = `layer-${layers.length}.tar`;
    tar(join(image, name), folder, owner, what);
    layers.push({ name, digest: await digestOf(join(image, name)) });
  };
  await add(resolve(values.root), 0, ['--exclude=./proc/*', '--exclude=./sys/*', '--exclude=./dev/*', '.']);
  // What is checked out and installed has the modes that somebody's umask has left.
  await add(rig, 0, ['--mode=u+rw,a+rX,go-w', '--exclude=./var', '.']);
  await add(rig, USER, ['--mode=700', './var/lib/rig']);
  const created = '1970-01-01T00:00:00Z';
  const config = JSON.stringify({
    architecture: { x64: 'amd64' }[process.arch] ?? process.arch,
    os: 'linux',
    created,
    config: {
      User: `${USER}:${USER}`,
      Env: [
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'RIG_HOME=/var/lib/rig',
        'NODE_ENV=production',
      ],
      Entrypoint: ['/opt/rig/entrypoint.sh'],
      WorkingDir: '/var/lib/rig',
      ExposedPorts: { '7443/tcp': {}, '7444/tcp': {}, '8080/tcp': {} },
      StopSignal: 'SIGTERM',
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
    history: layers.map(() => ({ created })),
  });
  const id = createHash('sha256').update(config).digest('hex');
  writeFileSync(join(image, `${id}.json`), config);
  const manifest = [{ Config: `${id}.json`, RepoTags: [values.tag], Layers: layers.map(({ name }) => name) }];
  writeFileSync(join(image, 'manifest.json'), JSON.stringify(manifest));
  tar(resolve(out), image, 0, ['manifest.json', `${id}.json`, ...layers.map(({ name }) => name)]);
  process.stdout.write(`sha256:${id}\n`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

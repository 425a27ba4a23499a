// Lays out what rig's image has beside its base: every package as it is published, with exactly what the lockfile
// names for running it, and its entry points. Takes what is installed and built here: nothing is fetched.
//   node scripts/lay-image.mjs <folder>
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stagePackages } from './stage-packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Folders below `node_modules` of what runs, as the lockfile has them; not what is for other machines. */
function installed() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(
      ([path, { dev, devOptional, link }]) =>
        path.startsWith('node_modules/') && !dev && !devOptional && !link,
    )
    .map(([path]) => path)
    .filter((path) => existsSync(join(root, path)));
}

/** What is installed for one package alone lies in its own folder. */
function installedWithin() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(
      ([path, { dev, devOptional }]) =>
        /^(?:packages|plugins)\/[^/]+\/node_modules\//.test(path) && !dev && !devOptional,
    )
    .map(([path]) => path)
    .filter((path) => existsSync(join(root, path)));
}

/** What nothing runs: types, maps, and what other packages have brought. */
const UNUSED = /\.(?:d\.[cm]?ts|map|md)$/;
const isOwn = (from) => (path) =>
  !UNUSED.test(path) && !path.slice(from.length).split(sep).includes('node_modules');

export function layImage(target) {
  const out = resolve(target);
  rmSync(out, { recursive: true, force: true });
  const home = join(out, 'opt', 'rig');
  const modules = join(home, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const path of installed()) {
    const from = join(root, path);
    cpSync(from, join(home, path), { recursive: true, dereference: false, filter: isOwn(from) });
  }
  const staging = mkdtempSync(join(tmpdir(), 'rig-image-'));
  try {
    const bySource = new Map();
    for (const { name, folder, source } of stagePackages(staging)) {
      rmSync(join(modules, name), { recursive: true, force: true });
      cpSync(folder, join(modules, name), { recursive: true });
      bySource.set(resolve(source), join(modules, name));
    }
    for (const path of installedWithin()) {
      const [kind, which, ...rest] = path.split('/');
      const from = join(root, path);
      cpSync(from, join(bySource.get(join(root, kind, which)), ...rest), {
        recursive: true,
        filter: isOwn(from),
      });
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  for (const name of ['entrypoint.sh', 'prepare-pod.js']) {
    copyFileSync(join(root, 'deploy', 'image', name), join(home, name));
    chmodSync(join(home, name), 0o755);
  }
  copyFileSync(join(root, 'deploy', 'image', 'package.json'), join(home, 'package.json'));
  mkdirSync(join(out, 'usr', 'local', 'bin'), { recursive: true });
  chmodSync(join(modules, '@rig-ops', 'cli', 'bin', 'run.js'), 0o755);
  symlinkSync('/opt/rig/node_modules/@rig-ops/cli/bin/run.js', join(out, 'usr', 'local', 'bin', 'rig'));
  mkdirSync(join(out, 'var', 'lib', 'rig'), { recursive: true });
  return out;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = process.argv[2];
  if (target === undefined) throw new Error('Name the folder that the files are laid out in.');
  layImage(target);
}

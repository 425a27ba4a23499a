// Makes a fresh clone usable: installs what the lockfile says and builds. Runs on any Node from 18 on,
// since the repo's own Node 24 arrives with the installation.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'node_modules', '.installed-lockfile');
const repoNode = join(root, 'node_modules', 'node', 'bin', 'node');

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) {
    console.error(`${command} ${args.join(' ')} ended with ${result.status ?? result.signal}`);
    process.exit(1);
  }
}

const lockfile = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const installed = existsSync(stamp) && existsSync(repoNode) && readFileSync(stamp, 'utf8') === lockfile;
if (!installed) {
  console.error('Installing what package-lock.json names …');
  // Not `npm ci`: it insists on lock entries for every platform's binaries, which not every registry carries.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
  if (!existsSync(repoNode)) {
    console.error(
      'The installation has not brought Node 24: allow the install script of the package "node".',
    );
    process.exit(1);
  }
  writeFileSync(stamp, lockfile);
}

if (!process.argv.includes('--no-build')) {
  run(repoNode, [join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc'), '-b']);
  run(repoNode, [join(root, 'scripts', 'bundle.mjs')]);
  run(repoNode, [join(root, 'scripts', 'build-web.mjs')]);
  run(repoNode, [join(root, 'scripts', 'write-manifests.mjs'), '--if-missing']);
  run(repoNode, [join(root, 'scripts', 'write-schemas.mjs'), '--built-only']);
}

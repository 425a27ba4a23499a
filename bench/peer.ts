import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Installs a published command line outside of the repository, once, without its scripts; answers its entry. */
export function installPeer({
  name,
  version,
  entry,
}: {
  name: string;
  version: string;
  entry: string;
}): string {
  const folder = join(tmpdir(), `rig-bench-peer-${process.getuid?.() ?? 0}`, `${name}-${version}`);
  const path = join(folder, 'node_modules', name, entry);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const argv = [
    'install',
    `${name}@${version}`,
    '--ignore-scripts',
    '--legacy-peer-deps',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  // Set by `npm run`; it would make npm install into the repository.
  const env = { ...process.env, npm_config_local_prefix: folder };
  const { status } = spawnSync('npm', argv, { cwd: folder, env, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${name}@${version} could not be installed`);
  return path;
}

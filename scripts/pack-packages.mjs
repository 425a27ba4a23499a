// Packs every package as it is published into .tgz files, for machines without a registry that has them.
//   node scripts/pack-packages.mjs <folder>
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stagePackages } from './stage-packages.mjs';

if (process.argv[2] === undefined) throw new Error('Name the folder the .tgz files are written to.');
const target = resolve(process.argv[2]);
const staging = mkdtempSync(join(tmpdir(), 'rig-pack-'));
try {
  mkdirSync(target, { recursive: true });
  const folders = stagePackages(staging).map(({ folder }) => folder);
  const { status } = spawnSync('npm', ['pack', '--silent', '--pack-destination', target, ...folders], {
    cwd: staging,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(staging, { recursive: true, force: true });
}

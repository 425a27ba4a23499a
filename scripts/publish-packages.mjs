// Publishes every package whose version the registry does not have yet; the registry is the one npm is
// configured with. What npm needs to be told besides goes behind the script's name, as in `--dry-run`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stagePackages } from './stage-packages.mjs';

const folder = mkdtempSync(join(tmpdir(), 'rig-publish-'));
const options = process.argv.slice(2);
const npm = (args, stdio) => spawnSync('npm', args, { cwd: folder, encoding: 'utf8', stdio });

try {
  for (const staged of stagePackages(join(folder, 'packages'))) {
    const id = `${staged.name}@${staged.version}`;
    const known = npm(['view', id, 'version', ...options], 'pipe');
    if (known.status === 0 && known.stdout.trim() !== '') {
      console.log(`there already: ${id}`);
      continue;
    }
    const { status } = npm(['publish', staged.folder, ...options], 'inherit');
    if (status !== 0) {
      console.error(`${id} was not published; run this again once it can be.`);
      process.exitCode = 1;
      break;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

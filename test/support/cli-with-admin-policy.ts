import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './rig.ts';

/**
 * rig as somebody packages it who keeps the administrator's policy elsewhere: the same programs, with
 * `rig.adminPolicy` in its package.json. Answers the path of its `run.js`. No flag and no variable does that.
 */
export function cliWithAdminPolicy(folder: string, adminPolicy: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of ['dist', 'node_modules']) symlinkSync(join(repository, name), join(folder, name));
  cpSync(join(repository, 'bin'), join(folder, 'bin'), { recursive: true });
  cpSync(join(repository, 'oclif.manifest.json'), join(folder, 'oclif.manifest.json'));
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as object;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, rig: { adminPolicy } }));
  return join(folder, 'bin', 'run.js');
}

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';

/**
 * The folder of an app inside a source, as the platform knows it: names joined by `/`, or `.`.
 * @throws RigError `usage` for a path that leads out of the source
 */
export function parseSourceFolder(given: string): string {
  const names = given.split('/').filter((name) => name !== '' && name !== '.');
  if (given.startsWith('/') || given.includes('\\') || given.includes('\0') || names.includes('..'))
    throw new RigError('usage', `--path ${given} is not inside the source.`, {
      hint: 'Name a folder relative to the top of the source, as services/api.',
    });
  return names.length === 0 ? '.' : names.join('/');
}

/** @throws RigError `source_not_found` */
export async function requireSourceFolder(root: string, folder: string): Promise<void> {
  const found = await stat(join(root, folder)).catch(() => null);
  if (found?.isDirectory() !== true)
    throw new RigError('source_not_found', `The source has no folder ${folder}.`, {
      hint: '--path names a folder relative to the top of the source.',
    });
}

import { stat } from 'node:fs/promises';
import { RigError } from '@rig-ops/contract/errors';

/** Throws `source_not_found` unless the path is a folder. */
export async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    const reason =
      found.code === 'ENOENT' ? 'does not exist' : `cannot be read (${found.code ?? found.message})`;
    throw new RigError('source_not_found', `${path} ${reason}.`);
  }
  if (!found.isDirectory()) throw new RigError('source_not_found', `${path} is not a folder.`);
}

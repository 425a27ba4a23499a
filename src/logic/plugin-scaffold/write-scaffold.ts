import { chmod, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';

/**
 * Writes files into a folder that is not there yet: all of them, or none. Throws `folder_exists`, and
 * `invalid_input` where the folder cannot be made.
 */
export async function writeScaffold(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await refuseExisting(folder);
  let building: string | undefined;
  try {
    await mkdir(dirname(folder), { recursive: true });
    building = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
    for (const [path, content] of files) {
      await mkdir(dirname(join(building, path)), { recursive: true });
      await writeFile(join(building, path), content);
    }
    // Made by mkdtemp for its owner alone.
    await chmod(building, 0o777 & ~process.umask());
    await rename(building, folder);
  } catch (error) {
    if (building !== undefined) await rm(building, { recursive: true, force: true });
    const { code, syscall } = error as NodeJS.ErrnoException;
    // Somebody else made it in the meantime.
    if (syscall === 'rename' && code !== 'EACCES') throw exists(folder, error);
    throw new RigError('invalid_input', `${folder} cannot be made (${code ?? 'unknown reason'}).`, {
      hint: 'Choose another place with --dir.',
      cause: error,
    });
  }
}

async function refuseExisting(folder: string): Promise<void> {
  try {
    await stat(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new RigError('invalid_input', `${folder} cannot be looked at.`, { cause: error });
  }
  throw exists(folder);
}

function exists(folder: string, cause?: unknown): RigError {
  return new RigError('folder_exists', `${folder} is there already.`, { cause });
}

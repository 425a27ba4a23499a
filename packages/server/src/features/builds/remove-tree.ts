import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes whatever a build has made at `path`, if there is anything. A folder without the right to write, as tools
 * make for what they keep (Go's modules, pnpm's store), holds on to its content: it is given that right first.
 * Root is not asked for it; everybody else is.
 */
export async function removeTree(path: string): Promise<void> {
  const remove = async () => await rm(path, { recursive: true, force: true });
  try {
    await remove();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await openFolders(path);
    await remove();
  }
}

/** A folder that is moved to another one has to be writable itself: its `..` changes. */
export async function makeMovable(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found?.isDirectory() === true && (found.mode & 0o700) !== 0o700) await chmod(path, found.mode | 0o700);
}

async function openFolders(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return;
  await makeMovable(path);
  for (const { name, parentPath } of await readdir(path, { withFileTypes: true }))
    await openFolders(join(parentPath, name));
}

function isRefusal(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM';
}

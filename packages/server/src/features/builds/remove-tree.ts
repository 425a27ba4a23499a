import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Of a folder that was not empty yet when its turn came. */
const [RETRIES, RETRY_MS] = [5, 20];

/**
 * Removes whatever a build has made at `path`, if there is anything. A folder without the right to write, as tools
 * make for what they keep (Go's modules, pnpm's store), holds on to its content: it is given that right first.
 * Root is not asked for it; everybody else is.
 */
export async function removeTree(path: string): Promise<void> {
  const remove = async (maxRetries: number) =>
    await rm(path, { recursive: true, force: true, maxRetries, retryDelay: RETRY_MS });
  try {
    await remove(0);
  } catch (error) {
    if (!isRefusal(error) && !isFilled(error)) throw error;
    // What the first one has begun beside the folder that refused goes on meanwhile.
    await openFolders(path);
    await remove(RETRIES);
  }
}

/** A folder that is moved to another one has to be writable itself: its `..` changes. */
export async function makeMovable(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found?.isDirectory() === true && (found.mode & 0o700) !== 0o700)
    await chmod(path, found.mode | 0o700).catch(ignoreGone);
}

async function openFolders(path: string): Promise<void> {
  const found = await lstat(path).catch(ignoreGone);
  if (found?.isDirectory() !== true) return;
  await makeMovable(path);
  for (const { name, parentPath } of (await readdir(path, { withFileTypes: true }).catch(ignoreGone)) ?? [])
    await openFolders(join(parentPath, name));
}

function ignoreGone(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  return null;
}

/** Something was put into a folder while it was removed, as the last lines of a log. */
const isFilled = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOTEMPTY';

function isRefusal(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM';
}

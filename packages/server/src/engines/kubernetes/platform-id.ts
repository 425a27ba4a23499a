import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

const ID = /^[a-z0-9]{10}$/;

/**
 * The id by which clusters know what is of this platform. Of chance, and not of where the platform keeps its state:
 * in two pods of one cluster that is the same place.
 */
export async function platformIdOf(path: string): Promise<string> {
  const made = randomBytes(8).toString('hex').slice(0, 10);
  try {
    await writeFile(path, made, { flag: 'wx', mode: 0o600 });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = (await readFile(path, 'utf8')).trim();
  // Cut short as it was made: nothing was made with it.
  if (ID.test(found)) return found;
  await writeFile(path, made, { mode: 0o600 });
  return made;
}

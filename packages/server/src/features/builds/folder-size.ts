import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of the files in a folder, as far as they can be read; each name of a file counts. */
export async function folderSize(folder: string): Promise<number> {
  let total = 0;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) total += await folderSize(path);
    else if (entry.isFile()) total += (await lstat(path).catch(() => null))?.size ?? 0;
  }
  return total;
}

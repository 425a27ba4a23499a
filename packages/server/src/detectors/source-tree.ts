import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import type { SourceTree } from './detector.ts';

/** Larger than any manifest a person wrote; package-lock.json is only looked at, never read. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;

/** Opens a materialised bundle; its links have been checked to stay inside. */
export function openSourceTree(root: string, path = '.'): SourceTree {
  const folder = join(root, path);
  const sizeOf = async (file: string): Promise<number | null> => {
    const found = await stat(join(folder, file)).catch(() => null);
    return found?.isFile() === true ? found.size : null;
  };
  return {
    path,
    hasFile: async (file) => (await sizeOf(file)) !== null,
    foldersIn: async (at) => {
      const entries = await readdir(join(folder, at), { withFileTypes: true }).catch(() => []);
      return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted();
    },
    readText: async (file) => {
      const size = await sizeOf(file);
      if (size === null) return null;
      if (size > MAX_TEXT_BYTES)
        throw new RigError('invalid_input', `${file} is larger than 4 MiB; that cannot be right.`);
      return readFile(join(folder, file), 'utf8');
    },
    at: (other) => openSourceTree(root, other),
  };
}

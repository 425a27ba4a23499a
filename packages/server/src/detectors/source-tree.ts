import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import type { SourceTree } from './detector.ts';

/** Larger than any manifest a person wrote; package-lock.json is only looked at, never read. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;

/** Opens a materialised bundle; its links have been checked to stay inside. */
export function openSourceTree(root: string): SourceTree {
  const sizeOf = async (path: string): Promise<number | null> => {
    const found = await stat(join(root, path)).catch(() => null);
    return found?.isFile() === true ? found.size : null;
  };
  return {
    root,
    hasFile: async (path) => (await sizeOf(path)) !== null,
    readText: async (path) => {
      const size = await sizeOf(path);
      if (size === null) return null;
      if (size > MAX_TEXT_BYTES)
        throw new RigError('invalid_input', `${path} is larger than 4 MiB; that cannot be right.`);
      return readFile(join(root, path), 'utf8');
    },
  };
}

import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '@oclif/core';
import type { GlobalFlag } from '../global-flags.ts';
import { buildIndex } from './build-index.ts';
import { completionFolder, indexStamp } from './index-stamp.ts';

/** Writes the index that completion reads; answers how many commands it has. */
export async function writeIndex(
  config: Config,
  globals: readonly GlobalFlag[],
  { rigHome, env }: { rigHome: string; env: NodeJS.ProcessEnv },
): Promise<number> {
  // Taken first: what changes meanwhile makes the index stale.
  const stamp = indexStamp(config.root, rigHome, env);
  const index = buildIndex(config, globals, stamp, Date.now());
  await writeCache(join(completionFolder(rigHome), 'index.json'), index);
  return Object.keys(index.commands).length;
}

/** Replaces a file of the cache as a whole: a shell may read it at any moment. */
export async function writeCache(file: string, content: object): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(content), { mode: 0o600 });
  await rename(draft, file);
}

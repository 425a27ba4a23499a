import { mkdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { requireGit } from './require-git.ts';

const LFS_HEAD = 'version https://git-lfs.github.com/spec/v1';
const MAX_POINTER_BYTES = 1024;

export interface CheckOutOptions {
  /** The repository, as GIT_DIR. */
  gitDir: string;
  commit: string;
  /** Folder relative to the top of the repository, `''` for all of it. */
  below: string;
  /** An empty folder of this process. */
  folder: string;
  env?: Record<string, string>;
  signal: AbortSignal;
}

/**
 * Writes the files of a commit as `git checkout` would, without touching the index or the files of the
 * repository. Answers the folder they are in, and what the owner should know.
 */
export async function checkOut(options: CheckOutOptions): Promise<{ tree: string; notes: string[] }> {
  const { below, commit, folder, gitDir, signal } = options;
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  const env = {
    ...options.env,
    GIT_DIR: gitDir,
    GIT_WORK_TREE: tree,
    GIT_INDEX_FILE: join(folder, 'index'),
  };
  const git = (args: string[], stdin = '') =>
    requireGit(['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', ...args], {
      cwd: tree,
      signal,
      env,
      stdin,
    });
  await git(['read-tree', '--end-of-options', commit]);
  const listed = await git(['ls-files', '--stage', '-z', ...(below === '' ? [] : ['--', below])]);
  const entries = listed.split('\0').flatMap((line) => {
    const match = /^(\d+) [0-9a-f]+ \d\t(.*)$/s.exec(line);
    return match === null ? [] : [{ mode: match[1] ?? '', path: match[2] ?? '' }];
  });
  const submodules = entries.filter(({ mode }) => mode === '160000').map(({ path }) => path);
  const files = entries.filter(({ mode }) => mode !== '160000').map(({ path }) => path);
  await git(['checkout-index', '-z', '--stdin'], files.map((path) => `${path}\0`).join(''));
  const pointers = await findPointers(tree, files);
  return { tree, notes: [...describeSubmodules(submodules), ...describePointers(pointers)] };
}

/** Files that git-lfs would have replaced by their content, had it been there. */
async function findPointers(tree: string, files: readonly string[]): Promise<string[]> {
  const attributes = files.filter((path) => path === '.gitattributes' || path.endsWith('/.gitattributes'));
  const texts = await Promise.all(
    attributes.map((path) => readFile(join(tree, path), 'utf8').catch(() => '')),
  );
  if (!texts.some((text) => text.includes('filter=lfs'))) return [];
  const pointers: string[] = [];
  for (const path of files) {
    const found = await stat(join(tree, path)).catch(() => null);
    if (found?.isFile() !== true || found.size > MAX_POINTER_BYTES) continue;
    if ((await readFile(join(tree, path), 'utf8')).startsWith(LFS_HEAD)) pointers.push(path);
  }
  return pointers;
}

const some = (paths: readonly string[]): string =>
  paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ');

const describeSubmodules = (paths: readonly string[]): string[] =>
  paths.length === 0
    ? []
    : [
        `Submodules are left out: ${some(paths)}. Deploy a folder that has them checked out to bring them along.`,
      ];

const describePointers = (paths: readonly string[]): string[] =>
  paths.length === 0
    ? []
    : [
        `Git LFS pointers are deployed in the place of their files: ${some(paths)}. Install git-lfs where rig runs.`,
      ];

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type IgnoreRule, parseIgnoreFile } from '../ignore/parse-ignore-file.ts';
import { type ConfigFile, type Environment, findExcludesFile, isSha256 } from './git-config.ts';
import { readIfFile } from './read-if-file.ts';
import { readIndex, type TrackedPaths } from './read-index.ts';

/** What git knows of a work tree beside its `.gitignore` files. */
export class Repository {
  /** Rules of `info/exclude` and of the user's own excludes, the stronger first. */
  readonly rules: readonly (readonly IgnoreRule[])[];
  readonly #gitFolder: string;
  readonly #config: ConfigFile | null;
  #tracked: TrackedPaths | undefined;

  /** `root` is the folder that has the `.git`. */
  constructor(root: string, environment: Environment) {
    this.#gitFolder = findGitFolder(root);
    const common = findCommonFolder(this.#gitFolder);
    this.#config = readIfFile(join(common, 'config'));
    const excludes = findExcludesFile(environment, this.#config);
    this.rules = [
      readRules(join(common, 'info', 'exclude'), '.git/info/exclude'),
      excludes === null ? [] : readRules(excludes.path, excludes.shown),
    ];
  }

  /** Whether the index has a file, or files below a folder. Takes a byte string relative to the root. */
  isTracked(path: string, isDirectory: boolean): boolean {
    this.#tracked ??= readIndex(join(this.#gitFolder, 'index'), isSha256(this.#config) ? 32 : 20);
    const tracked = this.#tracked;
    return tracked.files.has(path) || (isDirectory && tracked.folders.has(path));
  }
}

/** The innermost folder at or above this one that has a `.git`; null where there is none. */
export function findRepository(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return null;
  }
}

/** In a linked work tree and a submodule `.git` is a file that names the folder. */
function findGitFolder(root: string): string {
  const link = readIfFile(join(root, '.git'));
  const target = link === null ? undefined : /^gitdir: (.+?)\r?\n?$/.exec(link)?.[1];
  return target === undefined ? join(root, '.git') : resolve(root, target);
}

/** Linked work trees have an index of their own, and the rest in common with the main one. */
function findCommonFolder(gitFolder: string): string {
  const common = readIfFile(join(gitFolder, 'commondir'));
  return common === null ? gitFolder : resolve(gitFolder, common.trimEnd());
}

function readRules(path: string, shown: string): IgnoreRule[] {
  const text = readIfFile(path);
  return text === null ? [] : parseIgnoreFile(text, shown, 'git');
}

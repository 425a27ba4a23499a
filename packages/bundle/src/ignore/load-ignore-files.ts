import { lstatSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Environment } from '../git/git-config.ts';
import { findRepository, Repository } from '../git/repository.ts';
import { IgnoreStack } from './ignore-stack.ts';
import { type IgnoreRule, parseIgnoreFile } from './parse-ignore-file.ts';

const kinds = [
  ['git', '.gitignore'],
  ['rig', '.rigignore'],
] as const;

/** Extends a stack by the ignore files among the plain files of one folder, `''` for the root. */
export function extendStack(
  stack: IgnoreStack,
  { root, folder, has }: { root: string; folder: string; has: (name: string) => boolean },
): IgnoreStack {
  let extended = stack;
  for (const [kind, name] of kinds) {
    if (!has(name)) continue;
    const path = folder === '' ? name : `${folder}/${name}`;
    extended = extended.with(kind, folder, readRules(join(root, path), path, kind));
  }
  return extended;
}

/**
 * The rules of the `.gitignore` files above a folder, up to the repository it lies in, and those git
 * has beside them. None where it lies in none, and none where they leave the folder itself out: whoever
 * deploys it means its content.
 */
export function stackAbove(root: string, environment: Environment): IgnoreStack {
  const repository = findRepository(root);
  let stack = new IgnoreStack('');
  if (repository === null) return stack;
  stack = stack.enterRepository('', new Repository(repository, environment));
  if (repository === root) return stack;
  let folder = '';
  for (const step of relative(repository, root).split('/')) {
    const file = join(repository, folder, '.gitignore');
    if (isFile(file)) stack = stack.with('git', folder, readRules(file, relative(root, file), 'git'));
    folder = folder === '' ? step : `${folder}/${step}`;
    const decision = stack.decide(folder, true);
    if (decision !== null && !decision.negated) return new IgnoreStack('');
  }
  return stack.below(`${folder}/`);
}

function readRules(file: string, shown: string, by: 'git' | 'rig'): IgnoreRule[] {
  return parseIgnoreFile(readFileSync(file, 'utf8'), shown, by);
}

/** git follows no symlink to an ignore file either. */
function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

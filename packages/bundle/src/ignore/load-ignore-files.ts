import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { IgnoreStack } from './ignore-stack.ts';
import { type IgnoreRule, parseIgnoreFile } from './parse-ignore-file.ts';

const kinds = [
  ['git', '.gitignore'],
  ['rig', '.rigignore'],
] as const;

/** Extends a stack by the ignore files among the plain files of one folder, `''` for the root. */
export function extendStack(
  stack: IgnoreStack,
  { root, folder, files }: { root: string; folder: string; files: ReadonlySet<string> },
): IgnoreStack {
  let extended = stack;
  for (const [kind, name] of kinds) {
    if (!files.has(name)) continue;
    const path = folder === '' ? name : `${folder}/${name}`;
    extended = extended.with(kind, folder, readRules(join(root, path), path));
  }
  return extended;
}

/**
 * The rules of the `.gitignore` files above a folder, up to the repository it lies in. None where it
 * lies in none, and none where they leave the folder itself out: whoever deploys it means its content.
 */
export function stackAbove(root: string): IgnoreStack {
  const repository = findRepository(root);
  let stack = new IgnoreStack('');
  if (repository === null || repository === root) return stack;
  let folder = '';
  for (const step of relative(repository, root).split('/')) {
    const file = join(repository, folder, '.gitignore');
    if (isFile(file)) stack = stack.with('git', folder, readRules(file, relative(root, file)));
    folder = folder === '' ? step : `${folder}/${step}`;
    const decision = stack.decide(folder, true);
    if (decision !== null && !decision.negated) return new IgnoreStack('');
  }
  return stack.below(`${folder}/`);
}

function findRepository(root: string): string | null {
  for (let at = root; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return null;
  }
}

function readRules(file: string, name: string): IgnoreRule[] {
  return parseIgnoreFile(readFileSync(file, 'utf8'), name);
}

/** git follows no symlink to an ignore file either. */
function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

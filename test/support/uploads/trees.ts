import { cpSync, existsSync, lstatSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/**
 * Real trees, made of published packages at the versions that package-lock.json pins: about 1 MB in 300
 * files, 10 MB in 4,000, 100 MB in 18,000.
 */
const recipes = {
  small: () => ['@verdaccio/logger'],
  medium: () => ['typebox', 'lodash', 'knip', 'kysely', 'pino'],
  /** Every package but those that are one large binary for a platform. */
  large: () => allPackages().filter((name) => !hasBinary(join(modules, name))),
} as const;
export type TreeName = keyof typeof recipes;
export const treeNames = Object.keys(recipes) as TreeName[];

function copy(packages: readonly string[], to: string): void {
  for (const each of packages)
    cpSync(join(modules, each), join(to, each), { recursive: true, verbatimSymlinks: true });
}

/** Makes a tree in a folder, unless it is there; answers the folder. */
export function makeTree(name: TreeName, below: string): string {
  const folder = join(below, name);
  if (existsSync(folder)) return folder;
  const making = `${folder}.part`;
  copy(recipes[name](), join(making, 'vendor'));
  renameModules(making);
  renameSync(making, folder);
  return folder;
}

/** Folders called node_modules are left out of a deploy; what the others send must be the same. */
function renameModules(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const name = entry.name === 'node_modules' ? 'modules' : entry.name;
    if (name !== entry.name) renameSync(join(folder, entry.name), join(folder, name));
    renameModules(join(folder, name));
  }
}

function allPackages(): string[] {
  const names: string[] = [];
  for (const name of readdirSync(modules).toSorted()) {
    if (name.startsWith('.') || name === '@rig-ops') continue;
    if (!name.startsWith('@')) names.push(name);
    else for (const scoped of readdirSync(join(modules, name)).toSorted()) names.push(`${name}/${scoped}`);
  }
  return names.filter((name) => lstatSync(join(modules, name)).isDirectory());
}

/** A file of more than 4 MB is no source. */
function hasBinary(folder: string): boolean {
  return filesOf(folder).some((file) => statSync(file).size > 4_000_000);
}

export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

export const countFiles = (folder: string): number => filesOf(folder).length;

export const sizeOf = (folder: string): number =>
  filesOf(folder).reduce((sum, file) => sum + statSync(file).size, 0);

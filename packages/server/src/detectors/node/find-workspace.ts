import { matchesGlob } from 'node:path';
import type { SourceTree } from '../detector.ts';
import { readPackageManifest } from './package-manifest.ts';

/** The folder whose lockfile is that of a package: its own, or that of the workspaces it belongs to. */
export interface Workspace {
  /** Path in the source. */
  folder: SourceTree;
  /** Folders of the other packages, in the source; none when the package stands alone. */
  members: string[];
}

const join = (folder: string, name: string): string => (folder === '.' ? name : `${folder}/${name}`);

/** Patterns of a pnpm-workspace.yaml: the plain list that is all these files have. */
function patternsOfPnpm(text: string): string[] {
  const list = /^packages:\s*\n((?:[ \t]*(?:-.*|#.*)?\n?)*)/m.exec(text)?.[1] ?? '';
  return [...list.matchAll(/^\s*-\s*["']?([^"'\n#]+?)["']?\s*(?:#.*)?$/gm)].map(
    ([, pattern = '']) => pattern,
  );
}

async function patternsOf(folder: SourceTree): Promise<string[]> {
  const pnpm = await folder.readText('pnpm-workspace.yaml');
  if (pnpm !== null) return patternsOfPnpm(pnpm);
  return (await readPackageManifest(folder))?.workspaces ?? [];
}

/** Folders that the patterns name, two levels deep at most where they have a star. */
async function membersOf(folder: SourceTree, patterns: readonly string[]): Promise<string[]> {
  const wanted = patterns
    .filter((pattern) => !pattern.startsWith('!'))
    .map((pattern) => pattern.replace(/^\.\/|\/+$/g, ''));
  const unwanted = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const found: string[] = [];
  const look = async (path: string, depth: number): Promise<void> => {
    const matches = (list: string[]) => list.some((pattern) => matchesGlob(path, pattern));
    if (
      path !== '' &&
      matches(wanted) &&
      !matches(unwanted) &&
      (await folder.hasFile(`${path}/package.json`))
    )
      found.push(path);
    if (depth === 0) return;
    for (const name of await folder.foldersIn(path === '' ? '.' : path))
      if (name !== 'node_modules' && !name.startsWith('.'))
        await look(path === '' ? name : `${path}/${name}`, depth - 1);
  };
  await look('', 3);
  return found;
}

/** Finds the nearest folder above a package whose workspaces it is one of; null when it is none's. */
export async function findWorkspace(tree: SourceTree): Promise<Workspace | null> {
  if (tree.path === '.') return null;
  const names = tree.path.split('/');
  for (let length = names.length - 1; length >= 0; length -= 1) {
    const above = length === 0 ? '.' : names.slice(0, length).join('/');
    const folder = tree.at(above);
    const patterns = await patternsOf(folder);
    if (patterns.length === 0) continue;
    const members = (await membersOf(folder, patterns)).map((member) => join(above, member));
    if (members.includes(tree.path))
      return { folder, members: members.filter((member) => member !== tree.path) };
  }
  return null;
}

import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Everything of a tree that a bundle promises to keep, by path. */
export function readTree(root: string): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const path = join(root, name);
    const stats = lstatSync(path);
    if (stats.isSymbolicLink()) tree[name] = `-> ${readlinkSync(path)}`;
    else if (stats.isDirectory()) tree[name] = 'folder';
    else tree[name] = `${(stats.mode & 0o100) !== 0 ? 'x' : '-'} ${readFileSync(path, 'base64')}`;
  }
  return tree;
}

import { createHash, hash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Names npm writes into a folder beside the packages; they say nothing about what runs. */
const notContent = new Set(['.package-lock.json', '.cache']);

/** `sha256-…` over the paths, links and contents below a folder, in an order that does not depend on the disk. */
export function treeDigest(folder: string): string {
  const tree = createHash('sha256');
  const visit = (below: string): void => {
    const entries = readdirSync(join(folder, below), { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))) {
      if (notContent.has(entry.name)) continue;
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (entry.isSymbolicLink()) tree.update(`${path}\0link\0${readlinkSync(join(folder, path))}\0`);
      else tree.update(`${path}\0file\0${hash('sha256', readFileSync(join(folder, path)))}\0`);
    }
  };
  visit('');
  return `sha256-${tree.digest('base64')}`;
}

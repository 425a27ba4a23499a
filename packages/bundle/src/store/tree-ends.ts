import { closeSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TreeEnds } from './tree-plan.ts';

/** What is left to do when the content of a tree is written. */
export interface EndJob {
  targetDir: string;
  ends: TreeEnds;
}

/** Makes what needs no content; symlinks last. */
export function writeEnds({ targetDir, ends }: EndJob): void {
  const made = new Set(['.']);
  const make = (folder: string) => {
    if (!made.has(folder)) mkdirSync(`${targetDir}/${folder}`, { recursive: true });
    made.add(folder);
  };
  for (const folder of ends.emptyFolders) make(folder);
  for (const { path, executable } of ends.emptyFiles) {
    make(dirname(path));
    closeSync(openSync(`${targetDir}/${path}`, 'wx', executable ? 0o755 : 0o644));
  }
  for (const { path } of ends.symlinks) make(dirname(path));
  for (const { path, target } of ends.symlinks) symlinkSync(target, `${targetDir}/${path}`);
}

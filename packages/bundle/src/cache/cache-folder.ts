import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Trees remembered at most; the one least recently changed goes first. */
const MOST_TREES = 64;
const suffix = '.stat';

/** Where the cache of a tree is. */
export function cachePath(folder: string, root: string): string {
  return join(folder, createHash('sha256').update(root).digest('hex').slice(0, 32) + suffix);
}

/** Writes a file beside its place and moves it there: a reader sees the old or the new one, whole. */
export function replaceFile(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(draft, bytes, { flag: 'wx', mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Removes the oldest caches beyond a number, and drafts that a killed process has left. */
export function dropOldCaches(folder: string): void {
  const names = readdirSync(folder);
  const drafts = names.filter((name) => name.endsWith('.tmp'));
  for (const name of drafts)
    if (ageMs(join(folder, name)) > DAY_MS) rmSync(join(folder, name), { force: true });
  const caches = names.filter((name) => name.endsWith(suffix));
  if (caches.length <= MOST_TREES) return;
  const aged = caches.map((name) => ({ name, age: ageMs(join(folder, name)) }));
  aged.sort((a, b) => a.age - b.age);
  for (const { name } of aged.slice(MOST_TREES)) rmSync(join(folder, name), { force: true });
}

function ageMs(path: string): number {
  return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}

import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listSegments } from './segment-file.ts';

/** How much is kept of one store. */
export interface StoreLimits {
  bytes: number;
  ageMs: number;
}

interface StoredSegment {
  store: string;
  path: string;
  bytes: number;
  /** Time of its latest record; when it was written last, where that is not known. */
  latest: number;
}

/** What may be removed of a store, and what stays because its numbers have to go on. */
interface StoreContent {
  removable: StoredSegment[];
  kept: number;
}

export interface RetentionOptions {
  /** Folder of all stores: `<root>/<kind>/<id>`. */
  root: string;
  limitsOf: (store: string) => StoreLimits | Promise<StoreLimits>;
  totalBytes: number;
  now: number;
}

/**
 * Removes the oldest segments of stores that hold too much or too old ones, and then the oldest of all until the
 * sum fits. The newest segment of a store stays: the numbers of the next records follow from it.
 */
export async function applyRetention({ root, limitsOf, totalBytes, now }: RetentionOptions): Promise<void> {
  const left: StoredSegment[] = [];
  let total = 0;
  for (const store of await listStores(root)) {
    const { bytes: most, ageMs } = await limitsOf(store);
    const { removable, kept } = await contentOf(store);
    let bytes = kept + removable.reduce((sum, segment) => sum + segment.bytes, 0);
    for (const segment of removable) {
      if (bytes > most || now - segment.latest > ageMs) {
        await rm(segment.path, { force: true });
        bytes -= segment.bytes;
      } else {
        left.push(segment);
      }
    }
    total += bytes;
  }
  await removeOldest(left, total - totalBytes);
}

/** Removes the oldest segments of all stores until so many bytes are free again; answers how many it were. */
export async function freeOldest(root: string, bytes: number): Promise<number> {
  const all: StoredSegment[] = [];
  for (const store of await listStores(root)) all.push(...(await contentOf(store)).removable);
  return await removeOldest(all, bytes);
}

async function removeOldest(segments: readonly StoredSegment[], bytes: number): Promise<number> {
  let freed = 0;
  for (const segment of segments.toSorted((a, b) => a.latest - b.latest)) {
    if (freed >= bytes) break;
    await rm(segment.path, { force: true });
    freed += segment.bytes;
  }
  return freed;
}

async function contentOf(store: string): Promise<StoreContent> {
  const segments = await listSegments(store);
  const content: StoreContent = { removable: [], kept: 0 };
  for (const [index, { name, sealed, latest }] of segments.entries()) {
    const path = join(store, name);
    const found = await stat(path).catch(() => null);
    // Sealed or removed since it was listed.
    if (found === null) continue;
    if (index === segments.length - 1) content.kept = found.size;
    else content.removable.push({ store, path, bytes: found.size, latest: sealed ? latest : found.mtimeMs });
  }
  return content;
}

async function listStores(root: string): Promise<string[]> {
  const stores: string[] = [];
  for (const kind of await foldersIn(root)) stores.push(...(await foldersIn(kind)));
  return stores;
}

async function foldersIn(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

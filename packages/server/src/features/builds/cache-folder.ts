import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeMovable, removeTree } from './remove-tree.ts';

/** What one app keeps from build to build, as one unit that is there wholly or not at all. */
export interface CacheEntry {
  /** As `install-<digest>`, `store-npm`, `folder-<digest>`. */
  name: string;
  path: string;
  bytes: number;
  /** When a build last used it, as `Date.now()`. */
  usedAt: number;
}

/** What is noted beside an entry. */
type Note = Pick<CacheEntry, 'bytes' | 'usedAt'>;

/**
 * The cache of one app on disk. Builds never write to an entry: they are given a copy, and what they leave takes
 * the place of the entry by a rename once they have succeeded. What a kill leaves is found by {@link sweep}.
 */
export class CacheFolder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  get #entries(): string {
    return join(this.#root, 'entries');
  }

  /** What a build may read of it. */
  get readable(): string[] {
    return existsSync(this.#entries) ? [this.#entries] : [];
  }

  /** Where a build puts what is to be kept; on the file system of the entries. */
  newFolder(buildId: string): string {
    return join(this.#root, 'new', buildId);
  }

  /** Path of an entry; null when there is none. */
  find(name: string): string | null {
    const path = join(this.#entries, name);
    return existsSync(path) ? path : null;
  }

  /** Notes that a build used it. */
  async touch(name: string, at: number): Promise<void> {
    const note = await this.#readNote(name);
    if (note !== null) await this.#writeNote(name, { ...note, usedAt: at });
  }

  /** Makes what a build has left at `from` the entry of that name. Does nothing when there is nothing at `from`. */
  async commit(name: string, from: string, at: number): Promise<void> {
    if (!existsSync(from)) return;
    const bytes = await measure(from);
    await mkdir(this.#entries, { recursive: true, mode: 0o700 });
    await this.#throwAway(join(this.#entries, name));
    await makeMovable(from);
    await rename(from, join(this.#entries, name));
    await this.#writeNote(name, { bytes, usedAt: at });
    await this.#emptyTrash();
  }

  async list(): Promise<CacheEntry[]> {
    const names = await readdir(this.#entries).catch(() => []);
    const entries: CacheEntry[] = [];
    for (const name of names.filter((each) => !each.endsWith('.json'))) {
      const path = join(this.#entries, name);
      const note = (await this.#readNote(name)) ?? { bytes: await measure(path), usedAt: 0 };
      entries.push({ name, path, ...note });
    }
    return entries;
  }

  async remove(name: string): Promise<void> {
    await this.#throwAway(join(this.#entries, name));
    await rm(join(this.#entries, `${name}.json`), { force: true });
    await this.#emptyTrash();
  }

  /** Removes what a build has not brought to an entry. */
  async discard(buildId: string): Promise<void> {
    await removeTree(this.newFolder(buildId));
  }

  /** Removes what builds have left that are not under way. */
  async sweep(underWay: ReadonlySet<string>): Promise<void> {
    for (const id of await readdir(join(this.#root, 'new')).catch(() => []))
      if (!underWay.has(id)) await this.discard(id);
    await this.#emptyTrash();
  }

  /** Removed under its name, an entry that a kill cuts in two would be taken for a whole one. */
  async #throwAway(path: string): Promise<void> {
    const trash = join(this.#root, 'trash');
    await mkdir(trash, { recursive: true, mode: 0o700 });
    await makeMovable(path);
    await rename(path, join(trash, `${process.pid}-${performance.now()}`)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }

  async #emptyTrash(): Promise<void> {
    await removeTree(join(this.#root, 'trash'));
  }

  async #readNote(name: string): Promise<Note | null> {
    try {
      const { bytes, usedAt } = JSON.parse(
        await readFile(join(this.#entries, `${name}.json`), 'utf8'),
      ) as Note;
      return typeof bytes === 'number' && typeof usedAt === 'number' ? { bytes, usedAt } : null;
    } catch {
      return null;
    }
  }

  async #writeNote(name: string, note: Note): Promise<void> {
    await writeFile(join(this.#entries, `${name}.json`), JSON.stringify(note));
  }
}

/** Bytes that a tree takes on disk. */
async function measure(path: string): Promise<number> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return 0;
  let bytes = found.blocks * 512;
  if (!found.isDirectory()) return bytes;
  for (const name of await readdir(path)) bytes += await measure(join(path, name));
  return bytes;
}

import { type CacheColumns, readCacheFile } from './cache-file.ts';
import { cachePath, dropOldCaches, replaceFile } from './cache-folder.ts';
import { type CacheRow, encodeCache } from './encode-cache.ts';
import type { FileStamp } from '../scan/scan.ts';
import type { KnownFile } from './known-file.ts';

/**
 * Times of files come from a clock of their file system, as coarse as two seconds on FAT. A file that
 * was changed at most so long before it was read may be changed again without its times telling.
 */
const RACY_MS = 2_000;

/**
 * Remembers the digests of a tree's files between two scans, so that what did not change is not read.
 * Trusted is a file whose size, times of content and of change, and inode are what they were when it
 * was read, and that was at rest then. A cache that is lost, cut or foreign costs time, nothing else.
 */
export class StatCache {
  readonly #folder: string;
  readonly #root: string;
  readonly #known: CacheColumns | null;
  /**
   * What is going to be known: rows of what is, and what was read, in the order in which they were asked for. Made
   * when they come in another order than that of the file, or something was read.
   */
  #rows: Map<string, number | KnownFile> | null = null;
  /** As long as there is none: so many rows from the first on were asked for. */
  #inOrder = 0;
  /** Whether something was read. */
  #isFresh = false;

  /** The time, in milliseconds since 1970. */
  readonly now: () => number;

  /** Opens the cache of the tree at `root` in a folder that holds those of all trees; reads at once. */
  constructor(folder: string, root: string, { now = Date.now }: { now?: () => number } = {}) {
    this.#folder = folder;
    this.#root = root;
    this.now = now;
    this.#known = readCacheFile(cachePath(folder, root), root);
  }

  /** The digests of a file's chunks; null unless it is certainly what it was. `path` is as the disk spells it. */
  find(path: string, size: number, stamp: FileStamp): string[] | null {
    const index = this.#known?.find(path);
    if (index == null || this.#known === null) return null;
    if (!this.#known.isSame(index, size, stamp)) return null;
    if (this.#rows === null && index === this.#inOrder) this.#inOrder += 1;
    else if (this.#rows !== null || index > this.#inOrder) this.#listRows().set(path, index);
    return this.#known.chunks(index);
  }

  /**
   * Takes in a file that was read, unless it was changed so shortly before that another change might go
   * unseen. `readAt` is what `now` said when reading began.
   */
  add(path: string, file: KnownFile, readAt: number): void {
    const newest = Math.max(file.stamp.mtimeMs, file.stamp.ctimeMs);
    if (newest + RACY_MS >= readAt) return;
    this.#listRows().set(path, file);
    this.#isFresh = true;
  }

  /**
   * Writes what is known now, in place of what was. Two at once do no harm: one of them wins whole.
   * A disk that is full or a folder that is closed is no reason for a deploy to fail.
   */
  save(): void {
    const count = this.#rows?.size ?? this.#inOrder;
    if (!this.#isFresh && count === (this.#known?.count ?? 0)) return;
    try {
      const bytes = encodeCache(this.#root, this.#allRows(), count);
      replaceFile(cachePath(this.#folder, this.#root), bytes);
      dropOldCaches(this.#folder);
    } catch {
      // The next scan reads what this one read.
    }
  }

  #listRows(): Map<string, number | KnownFile> {
    if (this.#rows !== null) return this.#rows;
    this.#rows = new Map();
    for (let row = 0; row < this.#inOrder; row += 1) this.#rows.set(this.#known?.name(row) ?? '', row);
    return this.#rows;
  }

  *#allRows(): Generator<CacheRow> {
    for (const [path, row] of this.#listRows()) {
      if (typeof row !== 'number')
        yield { path, size: row.size, stamp: row.stamp, digests: row.chunks.join('') };
      else if (this.#known !== null) yield this.#known.copy(row);
    }
  }
}

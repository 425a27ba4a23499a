import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import type { FileStamp } from '../scan/scan.ts';
import { alignColumn, CACHE_MAGIC, type CacheHead, COLUMNS, DIGEST_BYTES } from './cache-layout.ts';
import type { CacheRow } from './encode-cache.ts';

/** A digest in hex. */
const DIGEST_LENGTH = 2 * DIGEST_BYTES;

/** Reads the cache of a tree; null when there is none, when it is another's, cut or damaged. */
export function readCacheFile(path: string, root: string): CacheColumns | null {
  try {
    const columns = new CacheColumns(readFileSync(path));
    return columns.root === root ? columns : null;
  } catch {
    return null;
  }
}

/** A cache file in memory, looked into in place. */
export class CacheColumns {
  readonly root: string;
  readonly count: number;
  readonly #names: string[];
  /** Made when it is first needed. */
  #rows: Map<string, number> | undefined;
  /** The row that is asked for next where files are asked for in the order they were written in. */
  #next = 0;
  readonly #sizes: Float64Array;
  readonly #mtimes: Float64Array;
  readonly #ctimes: Float64Array;
  readonly #inodes: Float64Array;
  /** In hex, one behind another: to cut a piece off a text costs less than to make one of bytes. */
  readonly #digests: string;
  /** Where the digests of each file begin in it, and where the last ends. */
  readonly #digestsAt: Float64Array;

  /** Throws for bytes that are no whole cache file. */
  constructor(bytes: Buffer) {
    const end = bytes.length - DIGEST_BYTES;
    const sum = end < 0 ? null : hash('sha256', bytes.subarray(0, end), 'buffer');
    if (sum?.equals(bytes.subarray(end)) !== true) throw new Error('The cache file is damaged');
    if (!bytes.toString('latin1', 0, CACHE_MAGIC.length).startsWith(CACHE_MAGIC))
      throw new Error('Another version');
    const headEnd = bytes.indexOf('\n', CACHE_MAGIC.length);
    const head = JSON.parse(bytes.toString('utf8', CACHE_MAGIC.length, headEnd)) as CacheHead;
    const namesAt = headEnd + 1;
    this.root = head.root;
    this.count = head.count;
    this.#names = bytes.toString('utf8', namesAt, namesAt + head.nameBytes).split('\0', head.count);
    const columnsAt = alignColumn(namesAt + head.nameBytes);
    const columnsEnd = columnsAt + head.count * 8 * COLUMNS.length;
    // A copy, since a typed array begins at a multiple of its width.
    const columns = new Float64Array(new Uint8Array(bytes.subarray(columnsAt, columnsEnd)).buffer);
    const column = (index: number) => columns.subarray(index * head.count, (index + 1) * head.count);
    [this.#sizes, this.#mtimes, this.#ctimes, this.#inodes] = [column(0), column(1), column(2), column(3)];
    this.#digests = bytes.toString('hex', columnsEnd, end);
    this.#digestsAt = new Float64Array(head.count + 1);
    let at = 0;
    for (let row = 0; row < head.count; row += 1) {
      this.#digestsAt[row] = at;
      at += Math.ceil((this.#sizes[row] ?? 0) / CHUNK_BYTES) * DIGEST_LENGTH;
    }
    this.#digestsAt[head.count] = at;
    if (at !== this.#digests.length) throw new Error('The cache file does not add up');
  }

  find(path: string): number | null {
    if (this.#names[this.#next] === path) return this.#next++;
    this.#rows ??= new Map(this.#names.map((name, row) => [name, row]));
    const row = this.#rows.get(path);
    if (row === undefined) return null;
    this.#next = row + 1;
    return row;
  }

  isSame(row: number, size: number, { mtimeMs, ctimeMs, inode }: FileStamp): boolean {
    return (
      this.#mtimes[row] === mtimeMs &&
      this.#ctimes[row] === ctimeMs &&
      this.#sizes[row] === size &&
      this.#inodes[row] === inode
    );
  }

  chunks(row: number): string[] {
    const digests: string[] = [];
    const end = this.#digestsAt[row + 1] ?? 0;
    for (let at = this.#digestsAt[row] ?? 0; at < end; at += DIGEST_LENGTH) {
      digests.push(this.#digests.slice(at, at + DIGEST_LENGTH));
    }
    return digests;
  }

  name(row: number): string {
    return this.#names[row] ?? '';
  }

  /** What there is of a file, to be written again. */
  copy(row: number): CacheRow {
    const [mtimeMs = 0, ctimeMs = 0, inode = 0] = [this.#mtimes[row], this.#ctimes[row], this.#inodes[row]];
    const digests = this.#digests.slice(this.#digestsAt[row], this.#digestsAt[row + 1]);
    return { path: this.name(row), size: this.#sizes[row] ?? 0, stamp: { mtimeMs, ctimeMs, inode }, digests };
  }
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';
import type { FileStamp } from '../scan/scan.ts';
import { alignColumn, CACHE_MAGIC, type CacheHead, COLUMNS, DIGEST_BYTES } from './cache-layout.ts';
import type { KnownFile } from './known-file.ts';

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
  readonly #bytes: Buffer;
  readonly #names: string[];
  /** Made when it is first needed. */
  #rows: Map<string, number> | undefined;
  /** The row that is asked for next where files are asked for in the order they were written in. */
  #next = 0;
  readonly #sizes: BigInt64Array;
  readonly #mtimes: BigInt64Array;
  readonly #ctimes: BigInt64Array;
  readonly #inodes: BigInt64Array;
  /** Where the digests of each file begin. */
  readonly #digestsAt: Float64Array;

  /** Throws for bytes that are no whole cache file. */
  constructor(bytes: Buffer) {
    const end = bytes.length - DIGEST_BYTES;
    const sum = createHash('sha256')
      .update(bytes.subarray(0, Math.max(0, end)))
      .digest();
    if (end < 0 || !sum.equals(bytes.subarray(end))) throw new Error('The cache file is damaged');
    if (!bytes.toString('latin1', 0, CACHE_MAGIC.length).startsWith(CACHE_MAGIC))
      throw new Error('Another version');
    const headEnd = bytes.indexOf('\n', CACHE_MAGIC.length);
    const head = JSON.parse(bytes.toString('utf8', CACHE_MAGIC.length, headEnd)) as CacheHead;
    const namesAt = headEnd + 1;
    this.root = head.root;
    this.count = head.count;
    this.#bytes = bytes;
    this.#names = bytes.toString('utf8', namesAt, namesAt + head.nameBytes).split('\0', head.count);
    const columnsAt = alignColumn(namesAt + head.nameBytes);
    // A copy, since a typed array begins at a multiple of its width.
    const columns = new BigInt64Array(
      new Uint8Array(bytes.subarray(columnsAt, columnsAt + head.count * 8 * COLUMNS.length)).buffer,
    );
    const column = (index: number) => columns.subarray(index * head.count, (index + 1) * head.count);
    [this.#sizes, this.#mtimes, this.#ctimes, this.#inodes] = [column(0), column(1), column(2), column(3)];
    this.#digestsAt = new Float64Array(head.count);
    let at = columnsAt + head.count * 8 * COLUMNS.length;
    for (let row = 0; row < this.#names.length; row += 1) {
      this.#digestsAt[row] = at;
      at += Math.ceil(this.#size(row) / CHUNK_BYTES) * DIGEST_BYTES;
    }
    if (at !== end) throw new Error('The cache file does not add up');
  }

  find(path: string): number | null {
    if (this.#names[this.#next] === path) return this.#next++;
    this.#rows ??= new Map(this.#names.map((name, row) => [name, row]));
    const row = this.#rows.get(path);
    if (row === undefined) return null;
    this.#next = row + 1;
    return row;
  }

  isSame(row: number, { size, mtimeNs, ctimeNs, inode }: FileStamp & { size: number }): boolean {
    return (
      this.#mtimes[row] === mtimeNs &&
      this.#ctimes[row] === ctimeNs &&
      this.#size(row) === size &&
      this.#inodes[row] === BigInt.asIntN(64, inode)
    );
  }

  chunks(row: number): string[] {
    const count = Math.ceil(this.#size(row) / CHUNK_BYTES);
    const digests: string[] = [];
    let at = this.#digestsAt[row] ?? 0;
    for (let index = 0; index < count; index += 1, at += DIGEST_BYTES) {
      digests.push(this.#bytes.toString('hex', at, at + DIGEST_BYTES));
    }
    return digests;
  }

  copy(row: number, files: Map<string, KnownFile>): void {
    const name = this.#names[row];
    if (name === undefined) return;
    files.set(name, {
      size: this.#size(row),
      mtimeNs: this.#mtimes[row] ?? 0n,
      ctimeNs: this.#ctimes[row] ?? 0n,
      inode: this.#inodes[row] ?? 0n,
      chunks: this.chunks(row),
    });
  }

  #size(row: number): number {
    return Number(this.#sizes[row]);
  }
}

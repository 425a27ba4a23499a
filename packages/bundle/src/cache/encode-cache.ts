import { hash } from 'node:crypto';
import type { FileStamp } from '../scan/scan.ts';
import { alignColumn, CACHE_MAGIC, type CacheHead, COLUMNS } from './cache-layout.ts';

/** A file as it is written into a cache. */
export interface CacheRow {
  path: string;
  size: number;
  stamp: FileStamp;
  /** Of its chunks, in hex, one behind another. */
  digests: string;
}

/** The bytes of a cache file. */
export function encodeCache(root: string, rows: Iterable<CacheRow>, count: number): Buffer {
  const columns = new Float64Array(count * COLUMNS.length);
  const names: string[] = [];
  const digests: string[] = [];
  for (const { path, size, stamp, digests: ofFile } of rows) {
    const row = names.push(path) - 1;
    columns[row] = size;
    columns[count + row] = stamp.mtimeMs;
    columns[2 * count + row] = stamp.ctimeMs;
    columns[3 * count + row] = stamp.inode;
    digests.push(ofFile);
  }
  const nameBytes = Buffer.from(names.length === 0 ? '' : `${names.join('\0')}\0`, 'utf8');
  const digestBytes = Buffer.from(digests.join(''), 'hex');
  const head: CacheHead = { root, count, nameBytes: nameBytes.length };
  const preamble = Buffer.from(`${CACHE_MAGIC}${JSON.stringify(head)}\n`, 'utf8');
  const begin = preamble.length + nameBytes.length;
  const gap = Buffer.alloc(alignColumn(begin) - begin);
  const content = Buffer.concat([preamble, nameBytes, gap, Buffer.from(columns.buffer), digestBytes]);
  return Buffer.concat([content, hash('sha256', content, 'buffer')]);
}

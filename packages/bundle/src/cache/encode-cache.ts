import { hash } from 'node:crypto';
import { alignColumn, CACHE_MAGIC, type CacheHead, COLUMNS } from './cache-layout.ts';
import type { KnownFile } from './known-file.ts';

/** The bytes of a cache file. */
export function encodeCache(root: string, files: ReadonlyMap<string, KnownFile>): Buffer {
  const names = Buffer.from([...files.keys()].map((path) => `${path}\0`).join(''), 'utf8');
  const columns = new Float64Array(files.size * COLUMNS.length);
  const digests: string[] = [];
  let row = 0;
  for (const { size, stamp, chunks } of files.values()) {
    const values = [size, stamp.mtimeMs, stamp.ctimeMs, stamp.inode];
    for (const [index, value] of values.entries()) columns[index * files.size + row] = value;
    digests.push(...chunks);
    row += 1;
  }
  const head: CacheHead = { root, count: files.size, nameBytes: names.length, digests: digests.length };
  const preamble = Buffer.from(`${CACHE_MAGIC}${JSON.stringify(head)}\n`, 'utf8');
  const gap = alignColumn(preamble.length + names.length) - preamble.length - names.length;
  const body = [preamble, names, Buffer.alloc(gap), Buffer.from(columns.buffer)];
  const content = Buffer.concat([...body, Buffer.from(digests.join(''), 'hex')]);
  const sum = hash('sha256', content, 'buffer');
  return Buffer.concat([content, sum]);
}

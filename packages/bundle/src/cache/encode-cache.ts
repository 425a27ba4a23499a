import { createHash } from 'node:crypto';
import { alignColumn, CACHE_MAGIC, type CacheHead, COLUMNS, DIGEST_BYTES } from './cache-layout.ts';
import type { KnownFile } from './known-file.ts';

/** The bytes of a cache file. */
export function encodeCache(root: string, files: ReadonlyMap<string, KnownFile>): Buffer {
  const names = Buffer.from([...files.keys()].map((path) => `${path}\0`).join(''), 'utf8');
  let digests = 0;
  for (const { chunks } of files.values()) digests += chunks.length;
  const head: CacheHead = { root, count: files.size, nameBytes: names.length, digests };
  const preamble = Buffer.from(`${CACHE_MAGIC}${JSON.stringify(head)}\n`, 'utf8');
  const columnsAt = alignColumn(preamble.length + names.length);
  const digestsAt = columnsAt + files.size * 8 * COLUMNS.length;
  const end = digestsAt + digests * DIGEST_BYTES;
  const bytes = Buffer.alloc(end + DIGEST_BYTES);
  preamble.copy(bytes, 0);
  names.copy(bytes, preamble.length);
  const column = (index: number) => columnsAt + index * files.size * 8;
  let row = 0;
  let at = digestsAt;
  for (const file of files.values()) {
    bytes.writeBigUInt64LE(BigInt(file.size), column(0) + row * 8);
    bytes.writeBigInt64LE(file.mtimeNs, column(1) + row * 8);
    bytes.writeBigInt64LE(file.ctimeNs, column(2) + row * 8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, file.inode), column(3) + row * 8);
    for (const chunk of file.chunks) at += bytes.write(chunk, at, 'hex');
    row += 1;
  }
  createHash('sha256').update(bytes.subarray(0, end)).digest().copy(bytes, end);
  return bytes;
}

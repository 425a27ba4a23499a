/**
 * A cache file: this line, a line of JSON with the root, the number of files and the bytes of their
 * names, the names, each ended by a NUL; then a column each of 8 bytes a file, doubles of this machine: size,
 * mtime, ctime, inode; then the digests of all chunks; last the SHA-256 of all before it.
 */
export const CACHE_MAGIC = 'rig stat cache 2\n';
export const DIGEST_BYTES = 32;
export const COLUMNS = ['size', 'mtimeMs', 'ctimeMs', 'inode'] as const;

export interface CacheHead {
  root: string;
  count: number;
  nameBytes: number;
}

/** Columns begin where they can be read in place. */
export function alignColumn(offset: number): number {
  return (offset + 7) & ~7;
}

import type { Stats } from 'node:fs';
import { Header, Pax } from 'tar';

const BLOCK = 512;
/** Two blocks of zeros (tar(5)). */
export const END_OF_ARCHIVE = new Uint8Array(2 * BLOCK);

export type EntryKind = 'File' | 'Directory' | 'SymbolicLink';

/** Whose an entry is where it is unpacked. */
export interface EntryOwner {
  uid: number;
  gid: number;
}

/** The blocks in front of the content of an entry; its owner is told where one is given: it means nothing elsewhere. */
export function encodeHeader(
  path: string,
  kind: EntryKind,
  { mode, mtime, size }: Pick<Stats, 'mode' | 'mtime' | 'size'>,
  { linkpath, owner }: { linkpath?: string | undefined; owner?: EntryOwner | undefined } = {},
): Buffer {
  const fields = {
    path: kind === 'Directory' ? `${path}/` : path,
    type: kind,
    mode: mode & 0o7777,
    size: kind === 'File' ? size : 0,
    mtime,
    ...(linkpath === undefined ? {} : { linkpath }),
    ...(owner === undefined ? {} : { uid: owner.uid, gid: owner.gid }),
  };
  const header = new Header(fields);
  const block = Buffer.alloc(BLOCK);
  const needsMore = header.encode(block, 0);
  return needsMore ? Buffer.concat([new Pax(fields).encode(), block]) : block;
}

/** What fills the last block of a content. */
export const paddingOf = (size: number): Uint8Array =>
  END_OF_ARCHIVE.subarray(0, (BLOCK - (size % BLOCK)) % BLOCK);

import type { Stats } from 'node:fs';
import type { FileStamp } from './scan.ts';

export function stampOf({ mtimeMs, ctimeMs, ino }: Stats): FileStamp {
  return { mtimeMs, ctimeMs, inode: ino };
}

export function isSameStamp(one: FileStamp, other: FileStamp): boolean {
  return one.mtimeMs === other.mtimeMs && one.ctimeMs === other.ctimeMs && one.inode === other.inode;
}

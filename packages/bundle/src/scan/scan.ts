import type { DirectoryEntry, SymlinkEntry } from '@rig-ops/contract/bundle-manifest';

/** What tells, without reading it, that a file is what it was. */
export interface FileStamp {
  /** When its content changed last, in milliseconds, exact to a quarter of a microsecond. */
  mtimeMs: number;
  /** When anything of it changed last, likewise; nobody can set it. */
  ctimeMs: number;
  inode: number;
}

/** A file as it was found; its content has not been read. */
export interface ScannedFile {
  type: 'file';
  path: string;
  /** In bytes. */
  size: number;
  executable: boolean;
  stamp: FileStamp;
  /** Path relative to the root as the disk spells it; absent where it is `path`. */
  onDisk?: string;
  /** It looks like a secret, and its owner takes it along all the same. */
  secret?: true;
}

export type ScannedEntry = ScannedFile | SymlinkEntry | DirectoryEntry;

export interface LeftOut {
  path: string;
  /** Why: `.gitignore:3: *.log`, or `always: .git`, or `default: .env`. */
  rule: string;
}

/** What of a folder belongs to a bundle. */
export interface Scan {
  /** Absolute. */
  root: string;
  /** Sorted by the bytes of their paths. */
  entries: ScannedEntry[];
  /** What was left out; of a folder only the folder itself. */
  ignored: LeftOut[];
  /** What the owner of the folder should know, a sentence each. */
  notes: string[];
}

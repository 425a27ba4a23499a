import type { FileStamp } from '../scan/scan.ts';

/** A file whose content is known. */
export interface KnownFile {
  size: number;
  stamp: FileStamp;
  /** Digests of its chunks, in hex. */
  chunks: readonly string[];
}

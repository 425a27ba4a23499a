import type { FileStamp } from '../scan/scan.ts';

/** A file whose content is known. */
export interface KnownFile extends FileStamp {
  size: number;
  /** Digests of its chunks, in hex. */
  chunks: readonly string[];
}

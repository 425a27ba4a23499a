import { CHUNK_BYTES } from '@rig-ops/contract/bundle-limits';

/** Size in bytes of the chunk of this number, from 0, of a file. */
export function chunkSize(fileSize: number, index: number): number {
  return Math.min(CHUNK_BYTES, fileSize - index * CHUNK_BYTES);
}

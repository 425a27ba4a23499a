import { constants, zstdCompressSync } from 'node:zlib';

/** Power of two of how far back repeats are looked for: 4 MiB, most packs whole. Nearer costs as much, and saves less. */
const WINDOW_LOG = 22;

/**
 * One zstd frame of the content, at the fastest level: it costs less than what it saves, on a fast network too.
 * Done in the thread that asks, 10 ms for a usual pack. On other threads it took half as much of the processor
 * again and, where the processors have much to do, twice as long (measured, 100 MB).
 */
export function compressContent(content: Uint8Array): Uint8Array {
  return zstdCompressSync(content, {
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: WINDOW_LOG },
    pledgedSrcSize: content.length,
    // Room for all of it, or its pieces are copied into one. Memory that is not written to costs nothing.
    chunkSize: content.length + (content.length >> 8) + 1024,
  });
}

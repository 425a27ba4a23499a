import { promisify } from 'node:util';
import { constants, zstdCompress, zstdCompressSync } from 'node:zlib';

const compress = promisify(zstdCompress);
/** The fastest level: it costs less than what it saves, on a fast network too. */
const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Content this small is compressed faster than another thread is asked to (measured: 0.1 against 0.7 ms). */
const SMALL_BYTES = 64 * 1024;

/** One zstd frame of the content. */
export async function compressChunk(content: Uint8Array): Promise<Uint8Array> {
  return content.length <= SMALL_BYTES
    ? zstdCompressSync(content, options)
    : await compress(content, options);
}

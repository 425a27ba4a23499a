import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { RigError } from '@rig-ops/contract/errors';

const decompress = promisify(zstdDecompress);

/** A frame this small is unpacked faster than another thread is asked to. */
const SMALL_BYTES = 64 * 1024;

/**
 * Unpacks the frame of one chunk and compares its size and digest.
 * @throws RigError `invalid_bundle` naming the chunk
 */
export async function unpackChunk(
  frame: Uint8Array,
  { digest, size }: { digest: string; size: number },
): Promise<Uint8Array> {
  const options = { maxOutputLength: size };
  let content: Uint8Array;
  try {
    content = size <= SMALL_BYTES ? zstdDecompressSync(frame, options) : await decompress(frame, options);
  } catch (error) {
    throw refusal(digest, 'cannot be unpacked to its size', error);
  }
  if (content.length !== size) throw refusal(digest, `has ${content.length} bytes instead of ${size}`);
  if (createHash('sha256').update(content).digest('hex') !== digest) {
    throw refusal(digest, 'has content of another digest');
  }
  return content;
}

function refusal(digest: string, flaw: string, cause?: unknown): RigError {
  return new RigError('invalid_bundle', `The chunk ${digest} ${flaw}.`, { cause });
}

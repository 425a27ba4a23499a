import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { RigError } from '@rig-ops/contract/errors';
import { BLOCK_HEAD_BYTES, BLOCK_MAGIC, MAX_BLOCK_TEXT_BYTES } from '@rig-ops/contract/recording';

const decompress = promisify(zstdDecompress);

/** A frame is never longer than what it holds, but for a few bytes. */
const MAX_FRAME_BYTES = MAX_BLOCK_TEXT_BYTES + 64 * 1024;

/**
 * The blocks of a recording, as they are compressed. One at the end that is not whole is left out: it is
 * being written.
 * @throws RigError `recording_unreadable`
 */
export async function* readBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
    while (held.length >= BLOCK_HEAD_BYTES) {
      const length = held.readUInt32LE(8);
      if (held.readUInt32LE(0) !== BLOCK_MAGIC || length > MAX_FRAME_BYTES) throw unreadable();
      const end = BLOCK_HEAD_BYTES + length;
      if (held.length < end) break;
      yield held.subarray(BLOCK_HEAD_BYTES, end);
      held = held.subarray(end);
    }
  }
}

/** The lines of a block. */
export async function blockLines(frame: Uint8Array): Promise<string[]> {
  const text = await decompress(frame, { maxOutputLength: MAX_BLOCK_TEXT_BYTES }).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  return text.toString('utf8').split('\n').slice(0, -1);
}

function unreadable(cause?: unknown): RigError {
  return new RigError('recording_unreadable', 'The recording is not one that this rig can read.', { cause });
}

import { RigError } from '@rig-ops/contract/errors';
import { BLOCK_HEAD_BYTES, BLOCK_MAGIC, MAX_BLOCK_TEXT_BYTES } from '@rig-ops/contract/recording';
import { joined } from '../bytes.ts';

/** A frame is never longer than what it holds, but for a few bytes. */
const MAX_FRAME_BYTES = MAX_BLOCK_TEXT_BYTES + 64 * 1024;

/** The lines of a block. @throws RigError `recording_unreadable` */
export type LinesOfBlock = (frame: Uint8Array) => Promise<readonly string[]>;

/**
 * The blocks of a recording, as they are compressed. One at the end that is not whole is left out: it is
 * being written.
 * @throws RigError `recording_unreadable`
 */
export async function* readBlocks(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  let held = new Uint8Array();
  for await (const chunk of chunks) {
    held = joined([held, chunk]);
    while (held.length >= BLOCK_HEAD_BYTES) {
      const head = new DataView(held.buffer, held.byteOffset, BLOCK_HEAD_BYTES);
      const length = head.getUint32(8, true);
      if (head.getUint32(0, true) !== BLOCK_MAGIC || length > MAX_FRAME_BYTES) throw unreadable();
      const end = BLOCK_HEAD_BYTES + length;
      if (held.length < end) break;
      yield held.subarray(BLOCK_HEAD_BYTES, end);
      held = held.subarray(end);
    }
  }
}

/** What a reader of blocks throws when one is not what it should be. */
export function unreadable(cause?: unknown): RigError {
  return new RigError('recording_unreadable', 'The recording is not one that this rig can read.', { cause });
}

import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { MAX_BLOCK_TEXT_BYTES } from '@rig-ops/contract/recording';
import { unreadable } from '@rig-ops/wire/recording';

const decompress = promisify(zstdDecompress);

/** The lines of a block. @throws RigError `recording_unreadable` */
export async function blockLines(frame: Uint8Array): Promise<string[]> {
  const text = await decompress(frame, { maxOutputLength: MAX_BLOCK_TEXT_BYTES }).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  return text.toString('utf8').split('\n').slice(0, -1);
}

import { MAX_BLOCK_TEXT_BYTES } from '@rig-ops/contract/recording';
import { type TimelineStore, unreadable } from '@rig-ops/wire/recording';
import { decompress } from 'fzstd';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The lines of a block. @throws RigError `recording_unreadable` */
export function linesOfBlock(frame: Uint8Array): Promise<readonly string[]> {
  let text: Uint8Array;
  try {
    text = decompress(frame);
  } catch (cause) {
    throw unreadable(cause);
  }
  if (text.length > MAX_BLOCK_TEXT_BYTES) throw unreadable();
  return Promise.resolve(decoder.decode(text).split('\n').slice(0, -1));
}

/** Keeps blocks as blobs, which the browser has outside the page's memory and puts on disk when there are many. */
export const blobStore: TimelineStore = {
  linesOf: linesOfBlock,
  keep(frame) {
    const blob = new Blob([frame as Uint8Array<ArrayBuffer>]);
    return async () => new Uint8Array(await blob.arrayBuffer());
  },
};

import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogCursor } from '@rig-ops/contract/log-record';
import { MAX_BLOCK_BYTES, MIN_BLOCK_BYTES } from './block-layout.ts';
import { type Block, decodeBlock, trailerBefore } from './decode-block.ts';
import { goodBlocks } from './find-block.ts';
import { listSegments, magicOfSegment, parseSegmentName, SEGMENT_HEADER_BYTES } from './segment-file.ts';

/** Bytes read at once, going backwards. */
const WINDOW_BYTES = 128 * 1024;

/** Where to begin reading. */
export interface StorePlace {
  segment: string;
  offset: number;
  /** The record in front of the first one wanted. */
  before: LogCursor;
}

/**
 * The place of the last `lines` lines, found from the end of the store by the blocks' trailers; gaps
 * do not count as lines. Null for a store without a segment.
 */
export async function findTail(dir: string, lines: number): Promise<StorePlace | null> {
  let found = 0;
  let place: StorePlace | null = null;
  for (const segment of (await listSegments(dir)).toReversed()) {
    const first = parseSegmentName(segment) ?? { epoch: 1, seq: 1 };
    for await (const { offset, block } of blocksBackwards(join(dir, segment))) {
      const last = { epoch: block.epoch, seq: block.firstSeq + block.count - 1 };
      place ??= { segment, offset: offset + block.length, before: last };
      if (found >= lines) return place;
      if (!block.isGap) found += block.count;
      const surplus = Math.max(0, found - lines);
      place = { segment, offset, before: { epoch: block.epoch, seq: block.firstSeq - 1 + surplus } };
    }
    if (found >= lines && place !== null) return place;
    place ??= {
      segment,
      offset: SEGMENT_HEADER_BYTES,
      before: { epoch: first.epoch, seq: first.seq - 1 },
    };
  }
  return place;
}

/** Follows the trailers; where one is damaged, the rest of the segment is searched from its beginning. */
async function* blocksBackwards(path: string): AsyncGenerator<{ offset: number; block: Block }> {
  const handle = await open(path, 'r');
  try {
    const magic = magicOfSegment(await readAt(handle, 0, SEGMENT_HEADER_BYTES));
    if (magic === null) return;
    let end = (await handle.stat()).size;
    let window: { start: number; bytes: Buffer } = { start: end, bytes: Buffer.alloc(0) };
    while (end > SEGMENT_HEADER_BYTES) {
      const length = trailerBefore(window.bytes, end - window.start);
      if (length < MIN_BLOCK_BYTES || end - length < window.start) {
        const start = Math.max(SEGMENT_HEADER_BYTES, end - Math.max(WINDOW_BYTES, clampLength(length)));
        if (start === window.start) break;
        window = { start, bytes: await readAt(handle, start, end - start) };
        if (window.bytes.length < end - start) return;
        continue;
      }
      const block = decodeBlock(
        window.bytes.subarray(0, end - window.start),
        end - length - window.start,
        magic,
      );
      if (block === null || typeof block === 'number' || block.length !== length) break;
      end -= length;
      yield { offset: end, block };
    }
    if (end <= SEGMENT_HEADER_BYTES) return;
    const bytes = await readAt(handle, 0, end);
    yield* [...goodBlocks(bytes, SEGMENT_HEADER_BYTES, magic)].toReversed();
  } finally {
    await handle.close();
  }
}

function clampLength(length: number): number {
  return length > MAX_BLOCK_BYTES ? 0 : length;
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

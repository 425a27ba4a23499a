import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_BLOCK_BYTES, MIN_BLOCK_BYTES } from './block-layout.ts';
import { type Block, decodeBlock, type Span, trailerBefore } from './decode-block.ts';
import { goodBlocks } from './find-block.ts';
import { freeMemory } from './free-memory.ts';
import type { Frame } from './frame-layout.ts';
import { SealedSegmentReader } from './sealed-segment-reader.ts';
import {
  compareCursors,
  listSegments,
  magicOfSegment,
  SEGMENT_HEADER_BYTES,
  type SegmentRef,
} from './segment-file.ts';
import type { ReadMeter } from './segment-reader.ts';

/** Bytes read at once, going backwards. */
const WINDOW_BYTES = 128 * 1024;

/** Frames that are unpacked while the one behind them is looked at. */
const FRAMES_AHEAD = 3;

export interface PlacedBlock {
  /** Where reading on from this block begins in its segment: at the block, or at the frame that holds it. */
  offset: number;
  block: Block;
  /** The stretch that is read at once with it, in a sealed segment. */
  frame?: Span;
}

export interface BackwardsOptions {
  /** Frames of a sealed segment that are not are left out. */
  wanted?: (span: Span) => boolean;
  /** Nobody keeps anything of a block once the next one is asked for. */
  lent?: boolean;
}

/** The blocks of one segment, the last one first. */
export async function* blocksBackwards(
  dir: string,
  segment: SegmentRef,
  meter: ReadMeter,
  options: BackwardsOptions = {},
): AsyncGenerator<PlacedBlock> {
  try {
    if (segment.sealed) yield* ofSealed(dir, segment, meter, options);
    else yield* ofOpen(join(dir, segment.name), meter);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // Sealed since it was listed; or kept no longer, and then there is none of its name.
    const { first } = segment;
    const now = (await listSegments(dir)).find((other) => compareCursors(other.first, first) === 0);
    if (now !== undefined && now.name !== segment.name) yield* blocksBackwards(dir, now, meter, options);
  }
}

async function* ofSealed(
  dir: string,
  segment: SegmentRef,
  meter: ReadMeter,
  { wanted = () => true, lent = false }: BackwardsOptions,
): AsyncGenerator<PlacedBlock> {
  const reader = await SealedSegmentReader.open(dir, segment, undefined, meter);
  try {
    const frames = reader.frames.filter((frame) => wanted(frame)).toReversed();
    const ahead: Promise<Block[]>[] = [];
    for (const [index, frame] of frames.entries()) {
      for (let next = index + ahead.length; next <= index + FRAMES_AHEAD && next < frames.length; next += 1) {
        ahead.push(loadQuietly(reader, frames[next]));
      }
      const blocks = (await ahead.shift()) ?? [];
      for (const block of blocks.toReversed()) yield { offset: frame.offset, block, frame };
      const [first] = blocks;
      if (lent && first !== undefined) freeMemory(first.bytes);
    }
  } finally {
    await reader.close();
  }
}

/** A failure shows when it is awaited, if it ever is. */
function loadQuietly(reader: SealedSegmentReader, frame: Frame | undefined): Promise<Block[]> {
  const blocks = frame === undefined ? Promise.resolve([]) : reader.load(frame);
  blocks.catch(() => undefined);
  return blocks;
}

/** Follows the trailers; where one is damaged, the rest of the segment is searched from its beginning. */
async function* ofOpen(path: string, meter: ReadMeter): AsyncGenerator<PlacedBlock> {
  const handle = await open(path, 'r');
  try {
    const magic = magicOfSegment(await readAt(handle, 0, SEGMENT_HEADER_BYTES, meter), 'open');
    if (magic === null) return;
    let end = (await handle.stat()).size;
    let window: { start: number; bytes: Buffer } = { start: end, bytes: Buffer.alloc(0) };
    while (end > SEGMENT_HEADER_BYTES) {
      const length = trailerBefore(window.bytes, end - window.start);
      if (length < MIN_BLOCK_BYTES || end - length < window.start) {
        const start = Math.max(SEGMENT_HEADER_BYTES, end - Math.max(WINDOW_BYTES, clampLength(length)));
        if (start === window.start) break;
        window = { start, bytes: await readAt(handle, start, end - start, meter) };
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
    const bytes = await readAt(handle, 0, end, meter);
    yield* [...goodBlocks(bytes, SEGMENT_HEADER_BYTES, magic)].toReversed();
  } finally {
    await handle.close();
  }
}

function clampLength(length: number): number {
  return length > MAX_BLOCK_BYTES ? 0 : length;
}

async function readAt(
  handle: FileHandle,
  position: number,
  length: number,
  meter: ReadMeter,
): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, position);
  meter.bytes += bytesRead;
  return buffer.subarray(0, bytesRead);
}

import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, crc32, type ZstdOptions, zstdCompress } from 'node:zlib';
import type { Block } from './decode-block.ts';
import { encodeFrameHeader, encodeIndex, type Frame, markerOf } from './frame-layout.ts';
import { freeMemory } from './free-memory.ts';
import { OpenSegmentReader } from './open-segment-reader.ts';
import { createSegmentHeader, type SegmentRef, sealedName } from './segment-file.ts';
import { timesOfSpans } from './span-times.ts';

/** One-shot compression runs on a thread of libuv's pool. Streams with workers of zstd's own lose data in Node 24. */
const compress = promisify<Uint8Array, ZstdOptions, Buffer>(zstdCompress);

/** Fast rather than small: a flood of lines must not wait for it. */
const LEVEL = 1;

/** What a frame packs to, for the most part: more comes in several pieces, each of them a round through the pool. */
const PACKED_BYTES = 256 * 1024;

/**
 * Compresses a segment that is written to no longer, and puts the result in its place. Killed at any moment,
 * it leaves the segment open, or sealed, or both, of which the sealed one counts. One that holds no good record
 * stays as it is.
 */
export async function sealSegment(dir: string, segment: SegmentRef): Promise<void> {
  const draft = join(dir, `${segment.name}.sealing`);
  const reader = await OpenSegmentReader.openToCopy(dir, segment);
  try {
    await rm(draft, { force: true });
    const file = await open(draft, 'wx', 0o600);
    try {
      const name = await writeSealed(file, reader, segment);
      if (name !== null) {
        await file.datasync();
        await rename(draft, join(dir, name));
        await rm(join(dir, segment.name));
      }
    } finally {
      await file.close();
    }
    await rm(draft, { force: true });
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await reader.close();
  }
}

/** Answers the name of the sealed segment; null when there is nothing to seal. */
async function writeSealed(
  file: FileHandle,
  reader: OpenSegmentReader,
  { first }: SegmentRef,
): Promise<string | null> {
  const magic = await reader.magic();
  if (magic === null) return null;
  const marker = markerOf(magic);
  const frames: Frame[] = [];
  let offset = await writeWhole(file, createSegmentHeader('sealed', magic), 0);
  for await (const blocks of toFrames(reader)) {
    const raw = bytesOf(blocks);
    const packed = await compress(raw, {
      chunkSize: PACKED_BYTES,
      pledgedSrcSize: raw.length,
      params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
    });
    const frame = describeFrame(blocks, offset, raw.length, packed);
    frames.push(frame);
    offset = await writeWhole(file, encodeFrameHeader(marker, frame), offset);
    offset = await writeWhole(file, packed, offset);
    freeMemory(packed);
  }
  if (frames.every(({ count }) => count === 0)) return null;
  await writeWhole(file, encodeIndex(marker, frames), offset);
  const { earliest, latest } = timesOfSpans(frames);
  return sealedName(first, earliest, latest);
}

/**
 * Blocks that make one frame: those of one read, which lie behind one another in memory, and of one epoch, so that
 * the frame's numbers are without a hole but for damage.
 */
async function* toFrames(reader: OpenSegmentReader): AsyncGenerator<Block[]> {
  for (;;) {
    const blocks = await reader.read();
    if (blocks.length === 0) return;
    for (let start = 0; start < blocks.length; ) {
      const epoch = blocks[start]?.epoch;
      let stop = start + 1;
      while (stop < blocks.length && blocks[stop]?.epoch === epoch) stop += 1;
      yield blocks.slice(start, stop);
      start = stop;
    }
  }
}

function bytesOf(blocks: readonly Block[]): Uint8Array {
  const [first] = blocks;
  if (first === undefined) return new Uint8Array();
  const length = blocks.reduce((sum, block) => sum + block.length, 0);
  return new Uint8Array(first.bytes.buffer, first.bytes.byteOffset, length);
}

function describeFrame(blocks: readonly Block[], offset: number, bytes: number, packed: Uint8Array): Frame {
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('a frame without a block');
  return {
    offset,
    packedBytes: packed.length,
    packedCrc: crc32(packed),
    bytes,
    epoch: first.epoch,
    firstSeq: first.firstSeq,
    // A hole of damage counts as well: whoever passes over the frame passes over it too.
    count: last.firstSeq + last.count - first.firstSeq,
    ...timesOfSpans(blocks),
  };
}

async function writeWhole(file: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
  return position + bytes.length;
}

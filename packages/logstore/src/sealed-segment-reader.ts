import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32, zstdDecompress } from 'node:zlib';
import { type Block, decodeBlock, type Span } from './decode-block.ts';
import {
  decodeIndex,
  FRAME_HEADER_BYTES,
  type Frame,
  INDEX_TAIL_BYTES,
  indexBytesOf,
  markerOf,
  walkFrames,
} from './frame-layout.ts';
import { freeMemory } from './free-memory.ts';
import { magicOfSegment, SEGMENT_HEADER_BYTES, type SegmentRef } from './segment-file.ts';
import type { Portion, ReadMeter, SegmentReader } from './segment-reader.ts';

const decompress = promisify(zstdDecompress);

/** Frames that are read and unpacked, on threads of libuv's pool, while one is looked at: in a search, or else. */
const AHEAD = { searching: 4, reading: 1 };

/** An index of the usual size comes with the first read. */
const TAIL_BYTES = 4096;

/** Reads a sealed segment, frame by frame. */
export class SealedSegmentReader implements SegmentReader {
  readonly segment: SegmentRef;
  readonly #handle: FileHandle;
  readonly #magic: Buffer;
  readonly #frames: readonly Frame[];
  readonly #meter: ReadMeter;
  #next: number;
  #offset: number;
  /** What the last read gave, and what is to be freed. */
  #given: Block[] = [];
  #spent: Buffer | null = null;
  #mostAhead = AHEAD.searching;
  #ahead: { frame: Frame; blocks: Promise<Block[]> | null }[] = [];

  private constructor(
    segment: SegmentRef,
    handle: FileHandle,
    { magic, frames }: { magic: Buffer; frames: readonly Frame[] },
    offset: number,
    meter: ReadMeter,
  ) {
    this.segment = segment;
    this.#handle = handle;
    this.#magic = magic;
    this.#frames = frames;
    this.#meter = meter;
    this.#offset = offset;
    const next = frames.findIndex((frame) => frame.offset >= offset);
    this.#next = next === -1 ? frames.length : next;
  }

  static async open(
    dir: string,
    segment: SegmentRef,
    offset = SEGMENT_HEADER_BYTES,
    meter: ReadMeter = { bytes: 0 },
  ): Promise<SealedSegmentReader> {
    const handle = await open(join(dir, segment.name), 'r');
    try {
      return new SealedSegmentReader(segment, handle, await readIndex(handle, meter), offset, meter);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get offset(): number {
    return this.#offset;
  }

  /** The offsets of all frames, in order. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  recycle(wanted: boolean): void {
    this.#mostAhead = wanted ? AHEAD.reading : AHEAD.searching;
    this.#spent = this.#given[0]?.bytes ?? null;
    this.#given = [];
  }

  async isCut(): Promise<boolean> {
    return false;
  }

  async read(wanted: (span: Span) => boolean): Promise<Portion[]> {
    this.#given = [];
    if (this.#spent !== null) freeMemory(this.#spent);
    this.#spent = null;
    for (;;) {
      this.#fill(wanted);
      const item = this.#ahead.shift();
      if (item === undefined) return [];
      const { frame, blocks } = item;
      this.#offset = frame.offset + FRAME_HEADER_BYTES + frame.packedBytes;
      if (blocks === null) return [toSpan(frame)];
      const found = await blocks;
      this.#fill(wanted);
      if (found.length === 0) continue;
      this.#given = found;
      return found;
    }
  }

  /** The blocks of one frame; none where it is damaged. */
  async load(frame: Frame): Promise<Block[]> {
    const packed = await readAt(this.#handle, frame.offset + FRAME_HEADER_BYTES, frame.packedBytes);
    this.#meter.bytes += packed.length;
    if (packed.length < frame.packedBytes || crc32(packed) !== frame.packedCrc) return [];
    try {
      // A byte more than needed: Node begins a second chunk as soon as one is full.
      const bounds = { maxOutputLength: frame.bytes, chunkSize: Math.max(64, frame.bytes + 1) };
      const bytes = await decompress(packed, bounds);
      freeMemory(packed);
      return blocksOf(bytes, this.#magic);
    } catch {
      return [];
    }
  }

  async close(): Promise<void> {
    this.#ahead = [];
    await this.#handle.close();
  }

  #fill(wanted: (span: Span) => boolean): void {
    while (this.#ahead.length < this.#mostAhead) {
      const frame = this.#frames[this.#next];
      if (frame === undefined) return;
      this.#next += 1;
      const blocks = wanted(frame) ? this.load(frame) : null;
      // Awaited when its turn comes; one that is never awaited must not count as a failure.
      blocks?.catch(() => undefined);
      this.#ahead.push({ frame, blocks });
    }
  }
}

function toSpan({ epoch, firstSeq, count, earliest, latest }: Frame): Span {
  return { epoch, firstSeq, count, earliest, latest };
}

/** The frame's checksum was right, so those of its blocks need not be compared again. */
function blocksOf(bytes: Buffer, magic: Buffer): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < bytes.length; ) {
    const block = decodeBlock(bytes, at, magic, { checked: true });
    if (block === null || typeof block === 'number') break;
    blocks.push(block);
    at += block.length;
  }
  return blocks;
}

async function readIndex(
  handle: FileHandle,
  meter: ReadMeter,
): Promise<{ magic: Buffer; frames: readonly Frame[] }> {
  const { size } = await handle.stat();
  const header = await readAt(handle, 0, SEGMENT_HEADER_BYTES);
  const magic = magicOfSegment(header, 'sealed');
  if (magic === null) return { magic: Buffer.alloc(0), frames: [] };
  const marker = markerOf(magic);
  let tail = await readAt(handle, Math.max(0, size - TAIL_BYTES), Math.min(size, TAIL_BYTES));
  meter.bytes += header.length + tail.length;
  const length = indexBytesOf(marker, tail.subarray(-INDEX_TAIL_BYTES));
  if (length !== null && length <= size) {
    if (length > tail.length) {
      tail = await readAt(handle, size - length, length);
      meter.bytes += length;
    }
    const frames = decodeIndex(marker, tail.subarray(-length));
    if (frames !== null) return { magic, frames };
  }
  meter.bytes += size;
  return { magic, frames: walkFrames(marker, await readAt(handle, 0, size)) };
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

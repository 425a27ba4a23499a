import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Block, blockLength, decodeBlock } from './decode-block.ts';
import { findBlock } from './find-block.ts';
import { magicOfSegment, SEGMENT_HEADER_BYTES, type SegmentRef } from './segment-file.ts';
import type { ReadMeter, SegmentReader } from './segment-reader.ts';

/**
 * Bytes read at once: little while following, more as long as there is more, and most where nobody keeps what is
 * read: in a search, and to make a good frame.
 */
const CHUNK_BYTES = { least: 64 * 1024, most: 512 * 1024, searched: 1024 * 1024, copied: 1024 * 1024 };

interface Chunk {
  bytes: Buffer;
  /** What the bytes lie in, if it is theirs alone. */
  memory: Buffer | null;
}

/** Reads the blocks of an open segment, which may still be written to. */
export class OpenSegmentReader implements SegmentReader {
  readonly segment: SegmentRef;
  readonly #handle: FileHandle;
  readonly #meter: ReadMeter;
  #magic: Buffer | null = null;
  #offset: number;
  #chunkBytes = CHUNK_BYTES.least;
  /** One for all chunks, where nobody keeps what is in them. */
  #reused: Buffer | null = null;
  /** What the last read gave, and what may be filled again. */
  #given: Chunk | null = null;
  #spare: Buffer | null = null;
  #searching = false;
  /** The last read came to the end of the file. */
  #isAtEnd = false;
  /** Read while what was read before is looked at. */
  #ahead: { position: number; chunk: Promise<Chunk> } | null = null;

  private constructor(segment: SegmentRef, handle: FileHandle, offset: number, meter: ReadMeter) {
    this.segment = segment;
    this.#handle = handle;
    this.#offset = offset;
    this.#meter = meter;
  }

  static async open(
    dir: string,
    segment: SegmentRef,
    offset = SEGMENT_HEADER_BYTES,
    meter: ReadMeter = { bytes: 0 },
  ): Promise<OpenSegmentReader> {
    return new OpenSegmentReader(segment, await open(join(dir, segment.name), 'r'), offset, meter);
  }

  /** Opens a segment for somebody who is done with the blocks of one read before the next. */
  static async openToCopy(dir: string, segment: SegmentRef): Promise<OpenSegmentReader> {
    const reader = await OpenSegmentReader.open(dir, segment);
    reader.#reused = Buffer.allocUnsafeSlow(CHUNK_BYTES.copied);
    reader.#chunkBytes = CHUNK_BYTES.copied;
    return reader;
  }

  get offset(): number {
    return this.#offset;
  }

  async isCut(): Promise<boolean> {
    return this.#offset > SEGMENT_HEADER_BYTES && (await this.#handle.stat()).size < this.#offset;
  }

  /** Null as long as the header is not whole. */
  async magic(): Promise<Buffer | null> {
    this.#magic ??= magicOfSegment((await this.#readAt(0, SEGMENT_HEADER_BYTES)).bytes, 'open');
    return this.#magic;
  }

  recycle(wanted: boolean): void {
    this.#searching = this.#given !== null && !wanted;
    this.#spare = this.#given?.memory ?? this.#spare;
    this.#given = null;
  }

  async read(): Promise<Block[]> {
    this.#searching &&= this.#given === null;
    this.#given = null;
    const magic = await this.magic();
    if (magic === null) return [];
    let chunk = await this.#nextChunk();
    const isFull = chunk.bytes.length === this.#chunkBytes;
    const whole = measureBlocks(chunk.bytes, magic);
    if (isFull && whole.end === 0 && whole.next > chunk.bytes.length) {
      chunk = await this.#readAt(this.#offset, whole.next);
    } else if (isFull && this.#searching) {
      // Nobody wanted anything of the last chunk: this is a search, and the next one is wanted soon.
      this.#chunkBytes = Math.min(this.#chunkBytes * 2, CHUNK_BYTES.searched);
      this.#ahead = this.#startRead(this.#offset + whole.end, this.#chunkBytes);
    }
    const { bytes } = chunk;
    const blocks = this.#take(bytes, magic);
    if (blocks.length === 0) return bytes.length === 0 ? [] : await this.#takeBehindDamage(magic);
    if (this.#reused !== null) return blocks;
    this.#given = chunk;
    if (this.#ahead !== null) return blocks;
    if (isFull) this.#chunkBytes = Math.min(this.#chunkBytes * 2, CHUNK_BYTES.most);
    else if (bytes.length < CHUNK_BYTES.least) this.#chunkBytes = CHUNK_BYTES.least;
    return blocks;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #nextChunk(): Promise<Chunk> {
    const ahead = this.#ahead;
    this.#ahead = null;
    // Also where damage came between: its memory is nobody's before it was filled.
    const chunk = await ahead?.chunk;
    if (chunk !== undefined && ahead?.position === this.#offset && chunk.bytes.length > 0) return chunk;
    return await this.#readAt(this.#offset, this.#chunkBytes);
  }

  #startRead(position: number, length: number): { position: number; chunk: Promise<Chunk> } {
    const chunk = this.#readAt(position, length);
    // Awaited by the next read; one that never comes must not count as a failure.
    chunk.catch(() => undefined);
    return { position, chunk };
  }

  #take(bytes: Buffer, magic: Buffer): Block[] {
    const blocks: Block[] = [];
    let at = 0;
    for (;;) {
      const block = decodeBlock(bytes, at, magic);
      if (block === null || typeof block === 'number') break;
      blocks.push(block);
      at += block.length;
    }
    this.#offset += at;
    return blocks;
  }

  /** Here is no whole block. With a good one behind, this one is damaged; without, it may still be coming. */
  async #takeBehindDamage(magic: Buffer): Promise<Block[]> {
    const { size } = await this.#handle.stat();
    const { bytes: rest } = await this.#readAt(this.#offset, Math.max(0, size - this.#offset));
    const found = findBlock(rest, 0, magic);
    if (found === null) return [];
    this.#offset += found.offset + found.block.length;
    return [found.block];
  }

  #takeBuffer(length: number): Buffer {
    const spare = this.#spare;
    this.#spare = null;
    // One of another length is of no use any more.
    return spare?.byteLength === length ? spare : Buffer.allocUnsafeSlow(length);
  }

  /** Records are views of what is given away here, so each read has memory of its own. */
  async #readAt(position: number, length: number): Promise<Chunk> {
    const buffer = length === this.#reused?.length ? this.#reused : this.#takeBuffer(length);
    let filled = 0;
    while (filled < length) {
      const place = [buffer, filled, length - filled, position + filled] as const;
      // What was written just now is in memory still: read at once, a line need not go through another thread.
      const bytesRead = this.#isAtEnd
        ? readSync(this.#handle.fd, ...place)
        : (await this.#handle.read(...place)).bytesRead;
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    this.#isAtEnd = filled < length;
    this.#meter.bytes += filled;
    const bytes = buffer.subarray(0, filled);
    if (buffer === this.#reused || filled >= length / 4) return { bytes, memory: buffer };
    // What is kept of a nearly empty chunk would keep all of it; and followers read many of them.
    this.#spare ??= buffer;
    return { bytes: Buffer.from(bytes), memory: null };
  }
}

/** Where the blocks that are whole by their headers end in these bytes, and how long the one behind them is. */
function measureBlocks(bytes: Buffer, magic: Buffer): { end: number; next: number } {
  let end = 0;
  for (;;) {
    const length = blockLength(bytes, end, magic) ?? 0;
    if (length === 0 || end + length > bytes.length) return { end, next: length };
    end += length;
  }
}

import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Block, decodeBlock } from './decode-block.ts';
import { findBlock } from './find-block.ts';
import { magicOfSegment, SEGMENT_HEADER_BYTES } from './segment-file.ts';

/** Bytes read at once. */
const CHUNK_BYTES = 256 * 1024;

/** Reads the blocks of one segment, which may still be written to, from an offset of its own. */
export class SegmentReader {
  readonly name: string;
  #handle: FileHandle;
  #magic: Buffer | null = null;
  #offset: number;
  #chunk = Buffer.allocUnsafe(CHUNK_BYTES);

  private constructor(name: string, handle: FileHandle, offset: number) {
    this.name = name;
    this.#handle = handle;
    this.#offset = offset;
  }

  static async open(dir: string, name: string, offset = SEGMENT_HEADER_BYTES): Promise<SegmentReader> {
    return new SegmentReader(name, await open(join(dir, name), 'r'), offset);
  }

  /** Everything in front of it has been read or passed over. */
  get offset(): number {
    return this.#offset;
  }

  /** Whether what was read has been cut off since. */
  async isCut(): Promise<boolean> {
    return this.#offset > SEGMENT_HEADER_BYTES && (await this.#handle.stat()).size < this.#offset;
  }

  /** The next good blocks, passing over damaged ones; empty when there are none as yet. */
  async readBlocks(): Promise<Block[]> {
    this.#magic ??= magicOfSegment(await this.#read(0, SEGMENT_HEADER_BYTES));
    if (this.#magic === null) return [];
    let bytes = await this.#read(this.#offset, CHUNK_BYTES);
    const first = decodeBlock(bytes, 0, this.#magic);
    if (typeof first === 'number' && first > bytes.length && bytes.length === CHUNK_BYTES) {
      bytes = await this.#read(this.#offset, first);
    }
    const blocks = this.#take(bytes, this.#magic);
    return blocks.length > 0 || bytes.length === 0 ? blocks : this.#takeBehindDamage(this.#magic);
  }

  async close(): Promise<void> {
    await this.#handle.close();
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
    const rest = await this.#read(this.#offset, Math.max(0, size - this.#offset));
    const found = findBlock(rest, 0, magic);
    if (found === null) return [];
    this.#offset += found.offset + found.block.length;
    return [found.block];
  }

  async #read(position: number, length: number): Promise<Buffer> {
    const buffer = length <= CHUNK_BYTES ? this.#chunk : Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(buffer, filled, length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    if (buffer !== this.#chunk) return buffer.subarray(0, filled);
    // Records are views of what is given away here, so a chunk is used again only when it was copied.
    if (filled < CHUNK_BYTES / 2) return Buffer.from(this.#chunk.subarray(0, filled));
    this.#chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    return buffer.subarray(0, filled);
  }
}

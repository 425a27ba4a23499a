import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { WriteUnit } from './encode-block.ts';
import { createSegmentHeader, magicOfSegment } from './segment-file.ts';

/** Appends whole units (blocks) to one segment; a unit that does not fit leaves no trace. */
export class SegmentWriter {
  readonly magic: Buffer;
  /** To be written in front of the first unit of a new segment; null for an older one. */
  readonly header: Buffer | null;
  #handle: FileHandle;
  #size: number;

  private constructor(handle: FileHandle, magic: Buffer, header: Buffer | null, size: number) {
    this.#handle = handle;
    this.magic = magic;
    this.header = header;
    this.#size = size;
  }

  /** Begins a segment: an empty file as yet. */
  static async create(dir: string, name: string): Promise<SegmentWriter> {
    const header = createSegmentHeader('open');
    const magic = magicOfSegment(header, 'open') ?? header;
    return new SegmentWriter(await open(join(dir, name), 'wx', 0o600), magic, header, 0);
  }

  /** Goes on behind the first `size` bytes of a segment. What is torn behind them goes with the first append. */
  static async resume(dir: string, name: string, magic: Buffer, size: number): Promise<SegmentWriter> {
    return new SegmentWriter(await open(join(dir, name), 'r+'), magic, null, size);
  }

  /** Bytes of whole units. */
  get size(): number {
    return this.#size;
  }

  /** Writes units in order. Those that could not be written whole are cut off again; `error` tells why. */
  async append(units: readonly WriteUnit[]): Promise<{ written: number; error: unknown }> {
    let rest: Uint8Array[] = units.flatMap(({ pieces }) => pieces);
    let bytes = 0;
    try {
      while (rest.length > 0) {
        const { bytesWritten } = await this.#handle.writev(rest, this.#size + bytes);
        if (bytesWritten === 0) throw new Error('the file system took none of the bytes');
        bytes += bytesWritten;
        rest = dropBytes(rest, bytesWritten);
      }
    } catch (error) {
      const whole = countWhole(units, bytes);
      await this.#handle.truncate(this.#size + whole.bytes);
      this.#size += whole.bytes;
      return { written: whole.units, error };
    }
    this.#size += bytes;
    return { written: units.length, error: null };
  }

  /** Removes what lies behind the whole units. */
  async cutTail(): Promise<void> {
    await this.#handle.truncate(this.#size);
  }

  async sync(): Promise<void> {
    await this.#handle.datasync();
  }

  async close(): Promise<void> {
    try {
      await this.#handle.datasync();
    } finally {
      await this.#handle.close();
    }
  }
}

function dropBytes(buffers: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  let index = 0;
  for (const buffer of buffers) {
    if (left < buffer.length) break;
    left -= buffer.length;
    index += 1;
  }
  const [first, ...rest] = buffers.slice(index);
  return first === undefined ? [] : [first.subarray(left), ...rest];
}

function countWhole(units: readonly WriteUnit[], bytes: number): { units: number; bytes: number } {
  const whole = { units: 0, bytes: 0 };
  for (const unit of units) {
    if (whole.bytes + unit.length > bytes) break;
    whole.units += 1;
    whole.bytes += unit.length;
  }
  return whole;
}

import { crc32 } from 'node:zlib';
import type { LogSource } from '@rig-ops/contract/log-record';
import {
  BlockAt,
  BlockKind,
  gapReasons,
  LINE_HEADER_BYTES,
  MAX_BLOCK_BYTES,
  MIN_BLOCK_BYTES,
  PARTIAL_FLAG,
  sourceKinds,
  sourceStreams,
  TRAILER_BYTES,
} from './block-layout.ts';
import { MAGIC_BYTES } from './segment-file.ts';
import type { StoredLine, StoredRecord } from './stored-record.ts';

/** A block whose checksum was right. */
export interface Block {
  bytes: Buffer;
  length: number;
  isGap: boolean;
  count: number;
  firstSeq: number;
  epoch: number;
}

/**
 * Reads the block that begins at `offset`. A number instead: it is not complete in these bytes, and its
 * header says that it is so long. Null: there is no good block here.
 */
export function decodeBlock(bytes: Buffer, offset: number, magic: Buffer): Block | number | null {
  const available = bytes.length - offset;
  if (available < MIN_BLOCK_BYTES) {
    const compared = Math.min(Math.max(available, 0), MAGIC_BYTES);
    const begins = bytes.compare(magic, 0, compared, offset, offset + compared) === 0;
    return begins ? MIN_BLOCK_BYTES : null;
  }
  if (bytes.compare(magic, 0, MAGIC_BYTES, offset, offset + MAGIC_BYTES) !== 0) return null;
  const length = bytes.readUInt32LE(offset + BlockAt.length);
  if (length < MIN_BLOCK_BYTES || length > MAX_BLOCK_BYTES) return null;
  if (length > available) return length;
  const block = bytes.subarray(offset, offset + length);
  if (crc32(block.subarray(BlockAt.crc + 4)) !== block.readUInt32LE(BlockAt.crc)) return null;
  return {
    bytes: block,
    length,
    isGap: block.readUInt8(BlockAt.kind) === BlockKind.gap,
    count: block.readUIntLE(BlockAt.count, 6),
    firstSeq: block.readUIntLE(BlockAt.firstSeq, 6),
    epoch: block.readUInt32LE(BlockAt.epoch),
  };
}

/** The records of a block behind seq `after`, in order. Lines share memory with the block. */
export function* recordsOf(block: Block, after: number): Generator<StoredRecord> {
  const { bytes, epoch, count, firstSeq } = block;
  if (block.isGap) {
    const first = Math.max(firstSeq, after + 1);
    const last = firstSeq + count - 1;
    if (first > last) return;
    yield {
      type: 'gap',
      from: { epoch, seq: first },
      to: { epoch, seq: last },
      count: last - first + 1,
      reason: gapReasons[bytes.readUInt8(BlockAt.reason)] ?? 'damaged',
    };
    return;
  }
  const { sources, end } = readSources(bytes);
  let at = skipSpools(bytes, end);
  for (let seq = firstSeq; seq < firstSeq + count; seq += 1) {
    const start = at + LINE_HEADER_BYTES;
    const stop = start + bytes.readUInt32LE(at + 8);
    if (seq > after) {
      const flags = bytes.readUInt16LE(at + 6);
      const source = sources[flags & ~PARTIAL_FLAG];
      if (source === undefined) throw new RangeError('a block refers to a source it does not hold');
      const line: StoredLine = {
        type: 'line',
        cursor: { epoch, seq },
        at: bytes.readUIntLE(at, 6),
        source,
        bytes: bytes.subarray(start, stop),
        partial: (flags & PARTIAL_FLAG) !== 0,
      };
      yield line;
    }
    at = stop;
  }
}

/** The spool positions a block carries, as [key, offset]. */
export function spoolsOf(block: Block): [string, number][] {
  const { bytes } = block;
  const spools: [string, number][] = [];
  let at = readSources(bytes).end;
  for (let left = bytes.readUInt16LE(BlockAt.spools); left > 0; left -= 1) {
    const key = readText(bytes, at);
    spools.push([key.text, bytes.readUIntLE(key.end, 6)]);
    at = key.end + 6;
  }
  return spools;
}

/** Length of the block that ends at `end`, as its trailer says; unchecked. */
export function trailerBefore(bytes: Buffer, end: number): number {
  return end < TRAILER_BYTES ? 0 : bytes.readUInt32LE(end - TRAILER_BYTES);
}

function readSources(bytes: Buffer): { sources: LogSource[]; end: number } {
  const sources: LogSource[] = [];
  let at: number = BlockAt.body;
  for (let left = bytes.readUInt16LE(BlockAt.sources); left > 0; left -= 1) {
    const process = readText(bytes, at + 6);
    const instance = readText(bytes, process.end);
    sources.push({
      kind: sourceKinds[bytes.readUInt8(at)] ?? 'platform',
      stream: sourceStreams[bytes.readUInt8(at + 1)] ?? 'stdout',
      release: bytes.readUInt32LE(at + 2),
      process: process.text,
      instance: instance.text,
    });
    at = instance.end;
  }
  return { sources, end: at };
}

function skipSpools(bytes: Buffer, start: number): number {
  let at = start;
  for (let left = bytes.readUInt16LE(BlockAt.spools); left > 0; left -= 1) {
    at += 2 + bytes.readUInt16LE(at) + 6;
  }
  return at;
}

function readText(bytes: Buffer, at: number): { text: string; end: number } {
  const end = at + 2 + bytes.readUInt16LE(at);
  return { text: bytes.toString('utf8', at + 2, end), end };
}

import { crc32 } from 'node:zlib';
import type { LogCursor, LogSource } from '@rig-ops/contract/log-record';
import {
  BlockAt,
  BlockKind,
  CUT_BYTES,
  gapReasons,
  MAX_BLOCK_BYTES,
  MIN_BLOCK_BYTES,
  RUN_BYTES,
  sourceKinds,
  sourceStreams,
  TRAILER_BYTES,
} from './block-layout.ts';
import { MAGIC_BYTES } from './segment-file.ts';
import type { StoredGap } from './stored-record.ts';

/** A stretch of records that follow one another. */
export interface Span {
  epoch: number;
  firstSeq: number;
  count: number;
  /** Of its records, in milliseconds since the epoch; 0 without one. */
  earliest: number;
  latest: number;
}

/** A block whose checksum was right. */
export interface Block extends Span {
  bytes: Buffer;
  length: number;
  isGap: boolean;
}

/** The last record of a span. */
export function endOf({ epoch, firstSeq, count }: Span): LogCursor {
  return { epoch, seq: firstSeq + count - 1 };
}

/** A stretch of a block's text. */
export interface BlockRun {
  start: number;
  end: number;
  source: LogSource;
  at: number;
}

/** What the header of a block that begins at `offset` says about its length, unchecked; null where there is none. */
export function blockLength(bytes: Buffer, offset: number, magic: Buffer): number | null {
  if (bytes.length - offset < MIN_BLOCK_BYTES) return null;
  if (bytes.compare(magic, 0, MAGIC_BYTES, offset, offset + MAGIC_BYTES) !== 0) return null;
  const length = bytes.readUInt32LE(offset + BlockAt.length);
  return length < MIN_BLOCK_BYTES || length > MAX_BLOCK_BYTES ? null : length;
}

/**
 * Reads the block that begins at `offset`. A number instead: it is not complete in these bytes, and its
 * header says that it is so long. Null: there is no good block here. The checksum of bytes that are `checked`
 * already is not looked at.
 */
export function decodeBlock(
  bytes: Buffer,
  offset: number,
  magic: Buffer,
  { checked = false } = {},
): Block | number | null {
  const available = bytes.length - offset;
  if (available < MIN_BLOCK_BYTES) {
    const compared = Math.min(Math.max(available, 0), MAGIC_BYTES);
    const begins = bytes.compare(magic, 0, compared, offset, offset + compared) === 0;
    return begins ? MIN_BLOCK_BYTES : null;
  }
  const length = blockLength(bytes, offset, magic);
  if (length === null || length > available) return length;
  const block = bytes.subarray(offset, offset + length);
  if (!checked && crc32(block.subarray(BlockAt.crc + 4)) !== block.readUInt32LE(BlockAt.crc)) return null;
  return {
    bytes: block,
    length,
    isGap: block.readUInt8(BlockAt.kind) === BlockKind.gap,
    count: block.readUIntLE(BlockAt.count, 6),
    firstSeq: block.readUIntLE(BlockAt.firstSeq, 6),
    epoch: block.readUInt32LE(BlockAt.epoch),
    earliest: block.readUIntLE(BlockAt.earliest, 6),
    latest: block.readUIntLE(BlockAt.latest, 6),
  };
}

/** What a gap block stands for behind seq `after`; null when nothing is left of it. */
export function gapOf({ bytes, epoch, firstSeq, count }: Block, after: number): StoredGap | null {
  const first = Math.max(firstSeq, after + 1);
  const last = firstSeq + count - 1;
  if (first > last) return null;
  return {
    type: 'gap',
    from: { epoch, seq: first },
    to: { epoch, seq: last },
    count: last - first + 1,
    reason: gapReasons[bytes.readUInt8(BlockAt.reason)] ?? 'damaged',
  };
}

/** The text of a block, as its programs wrote it. */
export function textOf({ bytes, length }: Block): Buffer {
  return bytes.subarray(bytes.readUInt32LE(BlockAt.text), length - TRAILER_BYTES);
}

/** Where records of the text end without a newline, in order. */
export function cutsOf({ bytes }: Block): number[] {
  const count = bytes.readUInt32LE(BlockAt.cuts);
  const start = bytes.readUInt32LE(BlockAt.text) - count * CUT_BYTES;
  return Array.from({ length: count }, (_, index) => bytes.readUInt32LE(start + index * CUT_BYTES));
}

export function runsOf({ bytes }: Block): BlockRun[] {
  const { sources } = readSources(bytes);
  const count = bytes.readUInt32LE(BlockAt.runs);
  let at =
    bytes.readUInt32LE(BlockAt.text) - bytes.readUInt32LE(BlockAt.cuts) * CUT_BYTES - count * RUN_BYTES;
  const runs: BlockRun[] = [];
  let start = 0;
  for (let left = count; left > 0; left -= 1, at += RUN_BYTES) {
    const end = bytes.readUInt32LE(at);
    const source = sources[bytes.readUInt16LE(at + 4)];
    if (source === undefined) throw new RangeError('a block refers to a source it does not hold');
    runs.push({ start, end, source, at: bytes.readUIntLE(at + 6, 6) });
    start = end;
  }
  return runs;
}

/** The spool positions a block carries, as [key, offset]. */
export function spoolsOf({ bytes }: Block): [string, number][] {
  const spools: [string, number][] = [];
  let left = bytes.readUInt16LE(BlockAt.spools);
  if (left === 0) return spools;
  for (let at = readSources(bytes).end; left > 0; left -= 1) {
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

function readText(bytes: Buffer, at: number): { text: string; end: number } {
  const end = at + 2 + bytes.readUInt16LE(at);
  return { text: bytes.toString('utf8', at + 2, end), end };
}

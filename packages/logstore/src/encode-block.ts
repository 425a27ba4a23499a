import { crc32 } from 'node:zlib';
import type { LogCursor, LogSource } from '@rig-ops/contract/log-record';
import {
  BlockAt,
  BlockKind,
  gapReasons,
  LINE_HEADER_BYTES,
  MAX_SOURCES,
  PARTIAL_FLAG,
  sourceKinds,
  sourceStreams,
  TRAILER_BYTES,
} from './block-layout.ts';

interface LineInput {
  at: number;
  source: LogSource;
  bytes: Uint8Array;
  partial?: boolean;
}

export interface BlockInput {
  lines: readonly LineInput[];
  /** Consumed bytes by spool file, as [key, offset]. */
  spools: readonly (readonly [string, number])[];
  /** Instead of lines: records that could not be kept. */
  gap?: { count: number; reason: (typeof gapReasons)[number] };
}

/** How many records the block takes of the numbers of the store. */
export function recordCount(input: BlockInput): number {
  return input.gap?.count ?? input.lines.length;
}

/** Lays a block out in one buffer, as described in `block-layout.ts`. */
export function encodeBlock(magic: Buffer, first: LogCursor, input: BlockInput): Buffer {
  const { table, indexOf } = encodeSources(input.lines);
  const spools = input.spools.map(([key, offset]) => encodeSpool(key, offset));
  const prelude = Buffer.concat([...table, ...spools]);
  let length = BlockAt.body + prelude.length + TRAILER_BYTES;
  for (const line of input.lines) length += LINE_HEADER_BYTES + line.bytes.length;

  const block = Buffer.allocUnsafe(length).fill(0, 0, BlockAt.body);
  magic.copy(block);
  block.writeUInt32LE(length, BlockAt.length);
  block.writeUInt8(input.gap === undefined ? BlockKind.lines : BlockKind.gap, BlockAt.kind);
  block.writeUInt8(input.gap === undefined ? 0 : gapReasons.indexOf(input.gap.reason), BlockAt.reason);
  block.writeUInt16LE(table.length, BlockAt.sources);
  block.writeUInt16LE(spools.length, BlockAt.spools);
  block.writeUIntLE(recordCount(input), BlockAt.count, 6);
  block.writeUIntLE(first.seq, BlockAt.firstSeq, 6);
  block.writeUInt32LE(first.epoch, BlockAt.epoch);
  block.writeUIntLE(clampTime(input.lines[0]?.at ?? 0), BlockAt.time, 6);
  let at = BlockAt.body + prelude.copy(block, BlockAt.body);
  for (const line of input.lines) {
    block.writeUIntLE(clampTime(line.at), at, 6);
    block.writeUInt16LE(indexOf(line.source) | (line.partial === true ? PARTIAL_FLAG : 0), at + 6);
    block.writeUInt32LE(line.bytes.length, at + 8);
    block.set(line.bytes, at + LINE_HEADER_BYTES);
    at += LINE_HEADER_BYTES + line.bytes.length;
  }
  block.writeUInt32LE(length, at);
  block.writeUInt32LE(crc32(block.subarray(BlockAt.crc + 4)), BlockAt.crc);
  return block;
}

/** A clock set before 1970 must not stop the log. */
function clampTime(at: number): number {
  return Math.min(Math.max(0, Math.round(at)), 2 ** 48 - 1);
}

function encodeSources(lines: readonly LineInput[]): {
  table: Buffer[];
  indexOf: (source: LogSource) => number;
} {
  const table: Buffer[] = [];
  const byContent = new Map<string, number>();
  const byObject = new Map<LogSource, number>();
  for (const { source } of lines) {
    if (byObject.has(source)) continue;
    const bytes = encodeSource(source);
    const key = bytes.toString('latin1');
    const known = byContent.get(key);
    byObject.set(source, known ?? table.length);
    if (known !== undefined) continue;
    if (table.length === MAX_SOURCES) throw new RangeError(`more than ${MAX_SOURCES} sources in one append`);
    byContent.set(key, table.length);
    table.push(bytes);
  }
  return { table, indexOf: (source) => byObject.get(source) ?? 0 };
}

/** kind (u8), stream (u8), release (u32), process, instance. */
function encodeSource(source: LogSource): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt8(sourceKinds.indexOf(source.kind), 0);
  head.writeUInt8(sourceStreams.indexOf(source.stream), 1);
  head.writeUInt32LE(source.release, 2);
  return Buffer.concat([head, encodeText(source.process), encodeText(source.instance)]);
}

/** key, offset (u48). */
function encodeSpool(key: string, offset: number): Buffer {
  const tail = Buffer.alloc(6);
  tail.writeUIntLE(offset, 0, 6);
  return Buffer.concat([encodeText(key), tail]);
}

/** length (u16), UTF-8. */
function encodeText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(2);
  head.writeUInt16LE(bytes.length);
  return Buffer.concat([head, bytes]);
}

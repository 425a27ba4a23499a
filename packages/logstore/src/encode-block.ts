import { crc32 } from 'node:zlib';
import type { LogCursor, LogSource } from '@rig-ops/contract/log-record';
import {
  BlockAt,
  BlockKind,
  CUT_BYTES,
  gapReasons,
  MAX_SOURCES,
  RUN_BYTES,
  sourceKinds,
  sourceStreams,
  TRAILER_BYTES,
} from './block-layout.ts';
import type { TextRun } from './text-run.ts';

export interface BlockInput {
  runs: readonly TextRun[];
  /** Consumed bytes by spool file, as [key, offset]. */
  spools: readonly (readonly [string, number])[];
  /** Instead of text: records that could not be kept, and when that was noticed. */
  gap?: { count: number; reason: (typeof gapReasons)[number]; at: number };
}

/** How many records the block takes of the numbers of the store. */
export function recordCount(input: BlockInput): number {
  return input.gap?.count ?? input.runs.reduce((count, run) => count + run.records, 0);
}

/** Bytes to be written in one go, in pieces so that text is not copied. */
export interface WriteUnit {
  pieces: readonly Uint8Array[];
  length: number;
}

/** More pieces than this are joined: a write takes only so many. */
const MAX_PIECES = 8;

/** Lays a block out as described in `block-layout.ts`. Its text stays where it is. */
export function encodeBlock(magic: Buffer, first: LogCursor, input: BlockInput): WriteUnit {
  const { runs } = input;
  const { table, indexOf } = encodeSources(runs);
  const spools = input.spools.map(([key, offset]) => encodeSpool(key, offset));
  const prelude = Buffer.concat([...table, ...spools]);
  let [textBytes, cuts] = [0, 0];
  for (const run of runs) {
    textBytes += run.text.length;
    cuts += run.cuts.length;
  }
  const runsAt = BlockAt.body + prelude.length;
  const cutsAt = runsAt + runs.length * RUN_BYTES;
  const textAt = cutsAt + cuts * CUT_BYTES;
  const length = textAt + textBytes + TRAILER_BYTES;

  const block = Buffer.alloc(textAt);
  magic.copy(block);
  block.writeUInt32LE(length, BlockAt.length);
  block.writeUInt8(input.gap === undefined ? BlockKind.lines : BlockKind.gap, BlockAt.kind);
  block.writeUInt8(input.gap === undefined ? 0 : gapReasons.indexOf(input.gap.reason), BlockAt.reason);
  block.writeUInt16LE(table.length, BlockAt.sources);
  block.writeUInt16LE(spools.length, BlockAt.spools);
  block.writeUIntLE(recordCount(input), BlockAt.count, 6);
  block.writeUIntLE(first.seq, BlockAt.firstSeq, 6);
  block.writeUInt32LE(first.epoch, BlockAt.epoch);
  const { earliest, latest } = timesOf(input);
  block.writeUIntLE(earliest, BlockAt.earliest, 6);
  block.writeUIntLE(latest, BlockAt.latest, 6);
  block.writeUInt32LE(runs.length, BlockAt.runs);
  block.writeUInt32LE(cuts, BlockAt.cuts);
  block.writeUInt32LE(textAt, BlockAt.text);
  prelude.copy(block, BlockAt.body);
  let [runAt, cutAt, at] = [runsAt, cutsAt, 0];
  for (const run of runs) {
    for (const cut of run.cuts) cutAt = block.writeUInt32LE(at + cut, cutAt);
    at += run.text.length;
    block.writeUInt32LE(at, runAt);
    block.writeUInt16LE(indexOf(run.source), runAt + 4);
    block.writeUIntLE(clampTime(run.at), runAt + 6, 6);
    runAt += RUN_BYTES;
  }
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32LE(length);
  const texts = runs.map(({ text }) => text);
  const rest = [...(texts.length > MAX_PIECES ? [Buffer.concat(texts)] : texts), trailer];
  let crc = crc32(block.subarray(BlockAt.crc + 4));
  for (const piece of rest) crc = crc32(piece, crc);
  block.writeUInt32LE(crc, BlockAt.crc);
  return { pieces: [block, ...rest], length };
}

function timesOf({ runs, gap }: BlockInput): { earliest: number; latest: number } {
  let earliest = clampTime(gap?.at ?? runs[0]?.at ?? 0);
  let latest = earliest;
  for (const run of runs) {
    const at = clampTime(run.at);
    earliest = Math.min(earliest, at);
    latest = Math.max(latest, at);
  }
  return { earliest, latest };
}

/** A clock set before 1970 must not stop the log. */
function clampTime(at: number): number {
  return Math.min(Math.max(0, Math.round(at)), 2 ** 48 - 1);
}

function encodeSources(runs: readonly TextRun[]): {
  table: Buffer[];
  indexOf: (source: LogSource) => number;
} {
  const table: Buffer[] = [];
  const byContent = new Map<string, number>();
  const byObject = new Map<LogSource, number>();
  for (const { source } of runs) {
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

import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { LogCursor } from '@rig-ops/contract/log-record';

/** A segment is closed by the first append that finds it at least this large. */
export const SEGMENT_BYTES = 16 * 1024 * 1024;

/** Header of a segment: format, the magic of its blocks, and room to grow. */
export const SEGMENT_HEADER_BYTES = 32;

/** Bytes with which every block of one segment begins. */
export const MAGIC_BYTES = 8;

const FORMATS = { open: Buffer.from('riglog2\n', 'latin1'), sealed: Buffer.from('rigzlg2\n', 'latin1') };
const NAME = /^(\d{10})-(\d{15})(?:\.seg|\.(\d{15})-(\d{15})\.sealed)$/;

/**
 * A file of a store. Names sort like records, and that of a sealed one tells its times as well, so a listing
 * of the folder is the index of the store: there is none to lose.
 */
export interface SegmentRef {
  name: string;
  /** Its first record. */
  first: LogCursor;
  sealed: boolean;
  /** Of its records; of an open segment, nothing is known. */
  earliest: number;
  latest: number;
}

/** Position in order of epoch, then seq: the order in which records lie in a store. */
export function compareCursors(a: LogCursor, b: LogCursor): number {
  return a.epoch - b.epoch || a.seq - b.seq;
}

/** Names a segment after its first record. */
export function segmentName(first: LogCursor): string {
  return `${stemOf(first)}.seg`;
}

/** Names the sealed form of a segment. */
export function sealedName(first: LogCursor, earliest: number, latest: number): string {
  return `${stemOf(first)}.${pad(earliest, 15)}-${pad(latest, 15)}.sealed`;
}

function stemOf({ epoch, seq }: LogCursor): string {
  return `${pad(epoch, 10)}-${pad(seq, 15)}`;
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

function parseSegmentName(name: string): SegmentRef | null {
  const match = NAME.exec(name);
  if (match === null) return null;
  const [, epoch, seq, earliest, latest] = match;
  return {
    name,
    first: { epoch: Number(epoch), seq: Number(seq) },
    sealed: earliest !== undefined,
    earliest: Number(earliest ?? 0),
    latest: Number(latest ?? Number.MAX_SAFE_INTEGER),
  };
}

/**
 * Segments of a store from the oldest to the newest; empty when there is no such folder. Of one that is both
 * open and sealed, because its sealing was interrupted, the sealed form counts: it was renamed when complete.
 */
export async function listSegments(dir: string): Promise<SegmentRef[]> {
  const segments: SegmentRef[] = [];
  for (const name of (await namesIn(dir)).toSorted()) {
    const segment = parseSegmentName(name);
    if (segment === null) continue;
    const before = segments.at(-1);
    if (before !== undefined && compareCursors(before.first, segment.first) === 0) {
      if (segment.sealed) segments.pop();
      else continue;
    }
    segments.push(segment);
  }
  return segments;
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * The magic of blocks is random per segment: a program that prints the bytes of a block cannot know
 * it, so no line can be taken for a block when a damaged segment is searched for the next good one.
 */
export function createSegmentHeader(
  kind: keyof typeof FORMATS,
  magic: Uint8Array = randomBytes(MAGIC_BYTES),
): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  FORMATS[kind].copy(header);
  header.set(magic, FORMATS[kind].length);
  return header;
}

/** The magic of the segment's blocks; null when the header is incomplete or of another format. */
export function magicOfSegment(header: Buffer, kind: keyof typeof FORMATS): Buffer | null {
  const format = FORMATS[kind];
  if (header.length < SEGMENT_HEADER_BYTES || !header.subarray(0, format.length).equals(format)) return null;
  return Buffer.from(header.subarray(format.length, format.length + MAGIC_BYTES));
}

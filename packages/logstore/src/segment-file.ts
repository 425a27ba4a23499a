import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { LogCursor } from '@rig-ops/contract/log-record';

/** A segment is sealed by the first append that finds it at least this large. */
export const SEGMENT_BYTES = 8 * 1024 * 1024;

/** Header of a segment: format, the magic of its blocks, and room to grow. */
export const SEGMENT_HEADER_BYTES = 32;

/** Bytes with which every block of one segment begins. */
export const MAGIC_BYTES = 8;

const FORMAT = Buffer.from('riglog1\n', 'latin1');
const NAME = /^(\d{10})-(\d{15})\.seg$/;

/** Position in order of epoch, then seq: the order in which records lie in a store. */
export function compareCursors(a: LogCursor, b: LogCursor): number {
  return a.epoch - b.epoch || a.seq - b.seq;
}

/** Names a segment after its first record, so that names sort like records. */
export function segmentName(first: LogCursor): string {
  return `${String(first.epoch).padStart(10, '0')}-${String(first.seq).padStart(15, '0')}.seg`;
}

export function parseSegmentName(name: string): LogCursor | null {
  const match = NAME.exec(name);
  return match === null ? null : { epoch: Number(match[1]), seq: Number(match[2]) };
}

/** Segments of a store from the oldest to the newest; empty when there is no such folder. */
export async function listSegments(dir: string): Promise<string[]> {
  try {
    const names = await readdir(dir);
    return names.filter((name) => NAME.test(name)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * The magic of blocks is random per segment: a program that prints the bytes of a block cannot know
 * it, so no line can be taken for a block when a damaged segment is searched for the next good one.
 */
export function createSegmentHeader(): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  FORMAT.copy(header);
  randomBytes(MAGIC_BYTES).copy(header, FORMAT.length);
  return header;
}

/** The magic of the segment's blocks; null when the header is incomplete or of another format. */
export function magicOfSegment(header: Buffer): Buffer | null {
  if (header.length < SEGMENT_HEADER_BYTES || !header.subarray(0, FORMAT.length).equals(FORMAT)) return null;
  return Buffer.from(header.subarray(FORMAT.length, FORMAT.length + MAGIC_BYTES));
}

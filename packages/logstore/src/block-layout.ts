import type { LogSource } from '@rig-ops/contract/log-record';

/**
 * A block, little-endian:
 *
 *     0  magic (8)          of the segment
 *     8  length (u32)       of the whole block
 *    12  crc32 (u32)        of everything behind it
 *    16  kind (u8)          17  reason of a gap (u8)
 *    18  sources (u16)      20  spool positions (u16)     22  zero (u16)
 *    24  count (u48)        records it holds or, for a gap, stands for
 *    30  first seq (u48)    36  epoch (u32)     40  time of the first line (u48)     46  zero (u16)
 *    48  sources, spool positions, lines
 *    …   length (u32)       once more, to read backwards
 *
 * A block without records is a mark: it carries an epoch or spool positions.
 */
export const BlockAt = {
  length: 8,
  crc: 12,
  kind: 16,
  reason: 17,
  sources: 18,
  spools: 20,
  count: 24,
  firstSeq: 30,
  epoch: 36,
  time: 40,
  body: 48,
} as const;

export const TRAILER_BYTES = 4;
export const MIN_BLOCK_BYTES = BlockAt.body + TRAILER_BYTES;

/** Bound of what one append may hold, and of what a reader has to take into memory at once. */
export const MAX_BLOCK_BYTES = 8 * 1024 * 1024;

/** Before the bytes of a line: time (u48), source and partial flag (u16), length (u32). */
export const LINE_HEADER_BYTES = 12;
export const PARTIAL_FLAG = 0x8000;
export const MAX_SOURCES = 0x7fff;

export const BlockKind = { lines: 0, gap: 1 } as const;
export const gapReasons = ['dropped', 'damaged', 'expired'] as const;
export const sourceKinds = [
  'app',
  'build',
  'platform',
  'edge',
] as const satisfies readonly LogSource['kind'][];
export const sourceStreams = ['stdout', 'stderr'] as const satisfies readonly LogSource['stream'][];

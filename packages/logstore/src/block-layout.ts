import { logSourceKinds as kinds, type logSourceKinds } from '@rig-ops/contract/log-query';
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
 *    30  first seq (u48)    36  epoch (u32)
 *    40  earliest time (u48)   46  latest time (u48)      both 0 without a record
 *    52  runs (u32)         56  cuts (u32)                60  offset of the text (u32)
 *    64  sources, spool positions, runs, cuts, text
 *    …   length (u32)       once more, to read backwards
 *
 * The text is what was written: records that end with a newline, or at a cut where a line goes on in the next
 * record. So a chunk that a program wrote is stored by one copy and searched as it is. A run says for a
 * stretch of the text from which source and when it came. A block without records is a mark: it carries an
 * epoch or spool positions.
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
  earliest: 40,
  latest: 46,
  runs: 52,
  cuts: 56,
  text: 60,
  body: 64,
} as const;

export const TRAILER_BYTES = 4;
export const MIN_BLOCK_BYTES = BlockAt.body + TRAILER_BYTES;

/** Bound of what one append may hold, and of what a reader has to take into memory at once. */
export const MAX_BLOCK_BYTES = 8 * 1024 * 1024;

/** Of a run: where it ends in the text (u32), source (u16), time (u48). */
export const RUN_BYTES = 12;
export const CUT_BYTES = 4;
export const MAX_SOURCES = 0xffff;

export const NEWLINE = 0x0a;

export const BlockKind = { lines: 0, gap: 1 } as const;
export const gapReasons = ['dropped', 'damaged', 'expired', 'unsure'] as const;
/** Numbered by their place: new ones go to the end. */
export const sourceKinds: typeof logSourceKinds = kinds;
export const sourceStreams = ['stdout', 'stderr'] as const satisfies readonly LogSource['stream'][];

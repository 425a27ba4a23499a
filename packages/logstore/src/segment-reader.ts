import type { Block, Span } from './decode-block.ts';
import type { SegmentRef } from './segment-file.ts';

/** Counts what was read from files. */
export interface ReadMeter {
  bytes: number;
}

/** A stretch that was passed over, or a block. */
export type Portion = Span | Block;

export function isBlock(portion: Portion): portion is Block {
  return 'bytes' in portion;
}

/** Reads the blocks of one segment in order, from an offset of its own. */
export interface SegmentReader {
  readonly segment: SegmentRef;
  /** Everything in front of it has been read or passed over. */
  readonly offset: number;
  /**
   * The next good blocks, passing over damaged ones; empty when there are none as yet. What is not `wanted`
   * may be passed over unread, which is told by a span.
   */
  read(wanted: (span: Span) => boolean): Promise<Portion[]>;
  /**
   * Nobody keeps anything of what the last read gave: its memory may be used again by the next one. Whether there was
   * anything in it that was `wanted` tells how soon that is.
   */
  recycle(wanted: boolean): void;
  /** Whether what was read has been cut off since. */
  isCut(): Promise<boolean>;
  close(): Promise<void>;
}

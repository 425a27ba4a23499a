import type { LogCursor } from '@rig-ops/contract/log-record';
import { blocksBackwards } from './blocks-backwards.ts';
import { endOf, type Span } from './decode-block.ts';
import type { LineSelector } from './query/line-selector.ts';
import { listSegments, SEGMENT_HEADER_BYTES, type SegmentRef } from './segment-file.ts';
import type { ReadMeter } from './segment-reader.ts';

/** Where to begin reading. */
export interface StorePlace {
  segment: SegmentRef;
  offset: number;
  /** The record in front of the first one wanted. */
  before: LogCursor;
  /** Stretches without a wanted line, by {@link spanKey}: reading on from here need not look at them again. */
  quiet?: ReadonlySet<string>;
}

/** Tells a stretch from all others of its store. */
export function spanKey({ epoch, firstSeq, count }: Span): string {
  return `${epoch}.${firstSeq}+${count}`;
}

export interface TailOptions {
  lines: number;
  meter: ReadMeter;
  /** Counts only what it selects; every line when absent. A new one each time, since its state is of one direction. */
  selector?: () => LineSelector;
}

/**
 * The place of the last `lines` lines, found from the end of the store; gaps do not count as lines. Null for a
 * store without a segment.
 */
export async function findTail(
  dir: string,
  { lines, meter, selector }: TailOptions,
): Promise<StorePlace | null> {
  let found = 0;
  let place: StorePlace | null = null;
  const quiet = new Set<string>();
  let frameNow: Span | undefined;
  const wanted = selector?.();
  for (const segment of (await listSegments(dir)).toReversed()) {
    if (found > 0 && found >= lines) return place;
    if (place !== null && wanted?.overlaps(segment) === false) continue;
    for await (const { offset, block, frame } of blocksBackwards(dir, segment, meter, { lent: true })) {
      place ??= { segment, offset: offset + block.length, before: endOf(block) };
      if (found >= lines) return place;
      if (selector === undefined) {
        if (!block.isGap) found += block.count;
        const surplus = Math.max(0, found - lines);
        place = { segment, offset, before: { epoch: block.epoch, seq: block.firstSeq - 1 + surplus } };
        continue;
      }
      const seqs: number[] = [];
      for (const record of selector().select(block, 0)) {
        if (record.type === 'line' && record.context !== true) seqs.push(record.cursor.seq);
      }
      if (frame !== undefined && frame !== frameNow) quiet.add(spanKey(frame));
      if (frame !== undefined && seqs.length > 0) quiet.delete(spanKey(frame));
      frameNow = frame;
      found += seqs.length;
      const first = seqs[Math.max(0, found - lines)];
      if (first !== undefined)
        place = { segment, offset, before: { epoch: block.epoch, seq: first - 1 }, quiet };
    }
    if (found >= lines && place !== null) return place;
    const before = { epoch: segment.first.epoch, seq: segment.first.seq - 1 };
    place ??= { segment, offset: SEGMENT_HEADER_BYTES, before };
  }
  return place;
}

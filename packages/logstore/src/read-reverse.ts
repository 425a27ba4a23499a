import type { LogCursor } from '@rig-ops/contract/log-record';
import { blocksBackwards } from './blocks-backwards.ts';
import { endOf, type Span } from './decode-block.ts';
import type { LineSelector } from './query/line-selector.ts';
import { compareCursors, listSegments } from './segment-file.ts';
import type { ReadMeter } from './segment-reader.ts';
import type { StoredGap, StoredRecord } from './stored-record.ts';

export interface ReverseOptions {
  dir: string;
  /** Begin in front of this record; at the end of the store when absent. */
  before: LogCursor | undefined;
  selector: () => LineSelector;
  meter: ReadMeter;
}

/** What a store holds from its end to its beginning, one block at a time; what is missing between appears as a gap. */
export async function* readReverse({
  dir,
  before,
  selector,
  meter,
}: ReverseOptions): AsyncGenerator<StoredRecord[], void, undefined> {
  let last: LogCursor | null = before ?? null;
  const bounds = selector();
  const overlaps = (span: Pick<Span, 'earliest' | 'latest'>) => bounds.overlaps(span);
  for (const segment of (await listSegments(dir)).toReversed()) {
    if (last !== null && compareCursors(segment.first, last) >= 0) continue;
    if (!overlaps(segment)) {
      last = segment.first;
      continue;
    }
    let whole = true;
    const wanted = (span: Span) => {
      const isWanted = overlaps(span);
      whole &&= isWanted;
      return isWanted;
    };
    for await (const { block } of blocksBackwards(dir, segment, meter, { wanted })) {
      if (last !== null && (block.epoch > last.epoch || block.firstSeq >= last.seq)) continue;
      const end = endOf(block);
      const records: StoredRecord[] = [];
      if (whole && last !== null && end.seq < last.seq - 1) records.push(gapBetween(end, last));
      const found = [...selector().select(block, 0)];
      for (const record of found.toReversed()) {
        if (record.type === 'gap' || last === null || record.cursor.seq < last.seq) records.push(record);
      }
      last = { epoch: block.epoch, seq: block.firstSeq };
      whole = true;
      yield records;
    }
  }
}

/** What lies between two records, the older first. */
function gapBetween(older: LogCursor, newer: LogCursor): StoredGap {
  const from = { epoch: older.epoch, seq: older.seq + 1 };
  const to = { epoch: newer.epoch, seq: newer.seq - 1 };
  return { type: 'gap', from, to, count: to.seq - from.seq + 1, reason: 'damaged' };
}

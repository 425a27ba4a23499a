import type { LogCursor, LogGap } from '@rig-ops/contract/log-record';
import { endOf } from './decode-block.ts';
import type { LineSelector } from './query/line-selector.ts';
import { isBlock, type Portion } from './segment-reader.ts';
import type { StoredRecord } from './stored-record.ts';

/** Turns blocks into records that neither repeat nor skip a number: what is missing becomes a gap. */
export class RecordSequence {
  readonly #selector: LineSelector;
  #last: LogCursor;

  constructor(last: LogCursor, selector: LineSelector) {
    this.#last = last;
    this.#selector = selector;
  }

  /** Everything up to here was given out, or was not wanted. */
  get last(): LogCursor {
    return this.#last;
  }

  /** What lies in front of here is not wanted, be it there or not. */
  passTo(last: LogCursor): void {
    this.#last = last;
  }

  /**
   * Whether the block is of a later epoch. Records may then have been cut in front of it and others
   * written in their place, which a reader that goes on from its old place would miss.
   */
  isOfLaterEpoch(portion: Portion): boolean {
    return portion.epoch > this.#last.epoch;
  }

  /** Records of the block that were not given out yet. `missing` tells why some in front of it may be gone. */
  *accept(portion: Portion, missing: LogGap['reason']): Generator<StoredRecord> {
    const { epoch, seq } = this.#last;
    const end = endOf(portion);
    if (portion.epoch < epoch || (portion.epoch === epoch && end.seq <= seq)) return;
    let after = seq;
    if (portion.firstSeq > seq + 1) {
      const to = { epoch: portion.epoch, seq: portion.firstSeq - 1 };
      yield { type: 'gap', from: { epoch, seq: seq + 1 }, to, count: to.seq - seq, reason: missing };
    } else if (portion.epoch > epoch && portion.firstSeq <= seq) {
      // Their numbers were given again in a new epoch: what the reader has of the old one is no longer stored.
      const from = { epoch, seq: portion.firstSeq };
      yield { type: 'gap', from, to: this.#last, count: seq - from.seq + 1, reason: 'damaged' };
      after = portion.firstSeq - 1;
    }
    this.#last = end;
    if (isBlock(portion)) yield* this.#selector.select(portion, after);
  }
}

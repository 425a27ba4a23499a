import type { LogCursor, LogGap } from '@rig-ops/contract/log-record';
import { type Block, recordsOf } from './decode-block.ts';
import type { StoredRecord } from './stored-record.ts';

/** Turns blocks into records that neither repeat nor skip a number: what is missing becomes a gap. */
export class RecordSequence {
  #last: LogCursor;

  constructor(last: LogCursor) {
    this.#last = last;
  }

  /** Everything up to here was given out. */
  get last(): LogCursor {
    return this.#last;
  }

  /**
   * Whether the block is of a later epoch. Records may then have been cut in front of it and others
   * written in their place, which a reader that goes on from its old place would miss.
   */
  isOfLaterEpoch(block: Block): boolean {
    return block.epoch > this.#last.epoch;
  }

  /** Records of the block that were not given out yet. `missing` tells why some in front of it may be gone. */
  *accept(block: Block, missing: LogGap['reason']): Generator<StoredRecord> {
    const { epoch, seq } = this.#last;
    const end = { epoch: block.epoch, seq: block.firstSeq + block.count - 1 };
    if (block.epoch < epoch || (block.epoch === epoch && end.seq <= seq)) return;
    let after = seq;
    if (block.firstSeq > seq + 1) {
      const to = { epoch: block.epoch, seq: block.firstSeq - 1 };
      yield { type: 'gap', from: { epoch, seq: seq + 1 }, to, count: to.seq - seq, reason: missing };
    } else if (block.epoch > epoch && block.firstSeq <= seq) {
      // Their numbers were given again in a new epoch: what the reader has of the old one is no longer stored.
      const from = { epoch, seq: block.firstSeq };
      yield { type: 'gap', from, to: this.#last, count: seq - from.seq + 1, reason: 'damaged' };
      after = block.firstSeq - 1;
    }
    this.#last = end;
    yield* recordsOf(block, after);
  }
}

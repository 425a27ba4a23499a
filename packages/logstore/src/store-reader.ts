import type { LogCursor } from '@rig-ops/contract/log-record';
import type { Block } from './decode-block.ts';
import type { StorePlace } from './find-tail.ts';
import { RecordSequence } from './record-sequence.ts';
import { compareCursors, listSegments, parseSegmentName } from './segment-file.ts';
import { SegmentReader } from './segment-reader.ts';
import type { StoredRecord } from './stored-record.ts';

/** A place in the files, to read no farther than. */
export interface StoreLimit {
  segment: string;
  offset: number;
}

/** Reads a store from a place onwards, over the borders of segments and epochs. */
export class StoreReader {
  #dir: string;
  #sequence: RecordSequence;
  #segment: SegmentReader | null;
  /** The place was found by cursor, and nothing was given out since. */
  #located = false;
  /** A later epoch has begun: the place has to be found again. */
  #misplaced = false;
  /** Why records are missing in front of the next one: what is older than the oldest segment was not damaged. */
  #missing: 'damaged' | 'expired' = 'damaged';

  private constructor(dir: string, last: LogCursor, segment: SegmentReader | null) {
    this.#dir = dir;
    this.#sequence = new RecordSequence(last);
    this.#segment = segment;
  }

  static async at(dir: string, place: StorePlace): Promise<StoreReader> {
    return new StoreReader(dir, place.before, await SegmentReader.open(dir, place.segment, place.offset));
  }

  static behind(dir: string, cursor: LogCursor): StoreReader {
    return new StoreReader(dir, cursor, null);
  }

  /**
   * Everything up to the end or the limit, in portions; call it again for what has come since.
   * A portion is to be taken whole before the next one is asked for.
   */
  async *drain(limit: StoreLimit | null): AsyncGenerator<Iterable<StoredRecord>, void, undefined> {
    for (;;) {
      const segment = this.#segment ?? (await this.#locate());
      if (segment === null || (limit !== null && isReached(segment, limit))) return;
      const blocks = await this.#readOn(segment);
      if (blocks === null) return;
      yield this.#accept(blocks);
      if (this.#misplaced) await this.close();
      this.#misplaced = false;
    }
  }

  async close(): Promise<void> {
    await this.#segment?.close();
    this.#segment = null;
  }

  /** Blocks of this segment; none when another place was taken up; null at the end of the store. */
  async #readOn(segment: SegmentReader): Promise<Block[] | null> {
    const blocks = await segment.readBlocks();
    if (blocks.length > 0) return blocks;
    const next = (await listSegments(this.#dir)).find((name) => name > segment.name);
    if (next !== undefined) {
      // The writer may have appended here just before it began the next segment.
      const late = await segment.readBlocks();
      if (late.length > 0) return late;
    } else if (!(await segment.isCut())) {
      return null;
    }
    await this.close();
    if (next !== undefined) this.#segment = await SegmentReader.open(this.#dir, next);
    return [];
  }

  *#accept(blocks: readonly Block[]): Generator<StoredRecord> {
    for (const block of blocks) {
      this.#misplaced = !this.#located && this.#sequence.isOfLaterEpoch(block);
      if (this.#misplaced) return;
      for (const record of this.#sequence.accept(block, this.#missing)) {
        this.#located = false;
        this.#missing = 'damaged';
        yield record;
      }
    }
  }

  /** Opens the segment that holds, or would hold, what follows the last record. */
  async #locate(): Promise<SegmentReader | null> {
    const { epoch, seq } = this.#sequence.last;
    const isAtOrBefore = (name: string) => {
      const first = parseSegmentName(name);
      return first !== null && compareCursors(first, { epoch, seq: seq + 1 }) <= 0;
    };
    const names = await listSegments(this.#dir);
    const holding = names.findLast(isAtOrBefore);
    const name = holding ?? names[0];
    if (name === undefined) return null;
    this.#located = true;
    this.#missing = holding === undefined ? 'expired' : 'damaged';
    this.#segment = await SegmentReader.open(this.#dir, name);
    return this.#segment;
  }
}

function isReached(segment: SegmentReader, limit: StoreLimit): boolean {
  return segment.name > limit.segment || (segment.name === limit.segment && segment.offset >= limit.offset);
}

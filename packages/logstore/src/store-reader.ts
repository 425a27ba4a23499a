import type { LogCursor } from '@rig-ops/contract/log-record';
import { endOf, type Span } from './decode-block.ts';
import { spanKey, type StorePlace } from './find-tail.ts';
import { openSegment } from './open-segment.ts';
import type { LineSelector } from './query/line-selector.ts';
import { RecordSequence } from './record-sequence.ts';
import { compareCursors, listSegments, SEGMENT_BYTES, type SegmentRef } from './segment-file.ts';
import { isBlock, type Portion, type ReadMeter, type SegmentReader } from './segment-reader.ts';
import type { StoredRecord } from './stored-record.ts';

/** A place in the files, to read no farther than. */
export interface StoreLimit {
  segment: SegmentRef;
  offset: number;
}

export interface StoreReaderOptions {
  dir: string;
  selector: LineSelector;
  meter: ReadMeter;
  /** What was given out is used until the next read only. */
  lent: boolean;
}

/** Reads a store from a place onwards, over the borders of segments and epochs. */
export class StoreReader {
  readonly #options: StoreReaderOptions;
  readonly #sequence: RecordSequence;
  #place: StorePlace | null;
  readonly #quiet: ReadonlySet<string> | null;
  #segment: SegmentReader | null = null;
  /** The place was found by cursor, and nothing was given out since. */
  #located = false;
  /** A later epoch has begun: the place has to be found again. */
  #misplaced = false;
  /** Why records are missing in front of the next one: what is older than the oldest segment was not damaged. */
  #missing: 'damaged' | 'expired' = 'damaged';
  readonly #wanted = (span: Span) =>
    compareCursors(endOf(span), this.last) > 0 &&
    this.#options.selector.overlaps(span) &&
    this.#quiet?.has(spanKey(span)) !== true;

  private constructor(options: StoreReaderOptions, last: LogCursor, place: StorePlace | null) {
    this.#options = options;
    this.#sequence = new RecordSequence(last, options.selector);
    this.#place = place;
    this.#quiet = place?.quiet ?? null;
  }

  static at(options: StoreReaderOptions, place: StorePlace): StoreReader {
    return new StoreReader(options, place.before, place);
  }

  static behind(options: StoreReaderOptions, cursor: LogCursor): StoreReader {
    return new StoreReader(options, cursor, null);
  }

  /** Everything up to here was given out, or was not wanted. */
  get last(): LogCursor {
    return this.#sequence.last;
  }

  /**
   * Everything up to the end or the limit, in portions; call it again for what has come since. Whether there may
   * be a newer segment is told by `renamed`, so that waiting for lines needs no listing of the folder.
   * A portion is to be taken whole before the next one is asked for.
   */
  async *drain(
    limit: StoreLimit | null,
    renamed: () => boolean = () => true,
  ): AsyncGenerator<Iterable<StoredRecord>, void, undefined> {
    for (;;) {
      const segment = this.#segment ?? (await this.#locate());
      if (segment === null || (limit !== null && isReached(segment, limit))) return;
      const portions = await this.#readOn(segment, renamed);
      if (portions === null) return;
      yield this.#accept(portions, segment);
      if (this.#misplaced) await this.close();
      this.#misplaced = false;
    }
  }

  async close(): Promise<void> {
    await this.#segment?.close();
    this.#segment = null;
  }

  /** Blocks of this segment; none when another place was taken up; null at the end of the store. */
  async #readOn(segment: SegmentReader, renamed: () => boolean): Promise<Portion[] | null> {
    const portions = await segment.read(this.#wanted);
    if (portions.length > 0) return portions;
    if (!segment.segment.sealed && segment.offset < SEGMENT_BYTES && !renamed()) return null;
    const next = await this.#findNext(segment.segment);
    if (next !== undefined) {
      // The writer may have appended here just before it began the next segment.
      const late = await segment.read(this.#wanted);
      if (late.length > 0) return late;
    } else if (!(await segment.isCut())) {
      return null;
    }
    await this.close();
    if (next !== undefined) this.#segment = await openSegment(this.#options.dir, next, this.#options.meter);
    return [];
  }

  *#accept(portions: readonly Portion[], segment: SegmentReader): Generator<StoredRecord> {
    const { lent } = this.#options;
    let kept = false;
    for (const portion of portions) {
      this.#misplaced = !this.#located && this.#sequence.isOfLaterEpoch(portion);
      if (this.#misplaced) return;
      const before = this.last;
      for (const record of this.#sequence.accept(portion, this.#missing)) {
        kept ||= record.type === 'line' && isBlock(portion) && record.bytes.buffer === portion.bytes.buffer;
        yield record;
      }
      if (this.last === before) continue;
      this.#missing = 'damaged';
      this.#located = false;
    }
    if (lent || !kept) segment.recycle(kept);
  }

  /** Opens the segment that holds, or would hold, what follows the last record. */
  async #locate(): Promise<SegmentReader | null> {
    const { dir, meter } = this.#options;
    const place = this.#place;
    this.#place = null;
    this.#located = true;
    if (place !== null) {
      this.#segment = await openSegment(dir, place.segment, meter, place.offset);
      if (this.#segment !== null) return this.#segment;
    }
    const wanted = { epoch: this.last.epoch, seq: this.last.seq + 1 };
    const segments = await listSegments(dir);
    const holding = segments.findLast(({ first }) => compareCursors(first, wanted) <= 0);
    const begin = holding ?? segments[0];
    if (begin === undefined) return null;
    this.#missing = holding === undefined ? 'expired' : 'damaged';
    const segment = this.#passOver(segments.slice(segments.indexOf(begin)));
    this.#segment = await openSegment(dir, segment ?? begin, meter);
    return this.#segment ?? (await this.#locate());
  }

  async #findNext({ first }: SegmentRef): Promise<SegmentRef | undefined> {
    const segments = await listSegments(this.#options.dir);
    const later = segments.filter((other) => compareCursors(other.first, first) > 0);
    // Nothing older is kept: what is missing in front of it was not damaged.
    if (later.length > 0 && later.length === segments.length) this.#missing = 'expired';
    return this.#passOver(later);
  }

  /** The first segment that can hold something wanted; those in front of it are passed over unread. */
  #passOver(segments: readonly SegmentRef[]): SegmentRef | undefined {
    for (const [index, segment] of segments.entries()) {
      const next = segments[index + 1];
      // The newest one is where live lines come: reading has to arrive there.
      if (next === undefined || !segment.sealed || this.#options.selector.overlaps(segment)) return segment;
      this.#sequence.passTo({ epoch: next.first.epoch, seq: next.first.seq - 1 });
      this.#located = true;
    }
    return undefined;
  }
}

function isReached({ segment, offset }: SegmentReader, limit: StoreLimit): boolean {
  const order = compareCursors(segment.first, limit.segment.first);
  if (order !== 0) return order > 0;
  // Offsets of the open form say nothing about the sealed one, which ends by itself.
  return segment.name === limit.segment.name && offset >= limit.offset;
}

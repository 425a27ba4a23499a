import type { LogSource } from '@rig-ops/contract/log-record';
import { NEWLINE } from '../block-layout.ts';
import { type Block, type BlockRun, cutsOf, gapOf, runsOf, type Span, textOf } from '../decode-block.ts';
import type { StoredLine, StoredRecord } from '../stored-record.ts';
import { countNewlines } from '../text-run.ts';
import type { CompiledQuery } from './compile-query.ts';

/** A record in the text of a block. */
interface Place {
  /** Index among the block's records. */
  index: number;
  start: number;
  end: number;
  partial: boolean;
}

/**
 * Selects the lines of blocks that a query wants. Blocks are given in order, since the pieces of a long line and
 * the context of a hit may lie in later ones.
 */
export class LineSelector {
  readonly #query: CompiledQuery;
  readonly #hitsAfter: number;
  /** Sources whose last line was taken and is still open: its other pieces come too. */
  readonly #open = new Set<string>();
  /** Lines that come if one behind them matches. */
  #before: StoredLine[] = [];
  /** How many lines still come behind one that matched. */
  #after = 0;

  /** @param hitsAfter what matches up to here is no hit, but may come as a line in front of one */
  constructor(query: CompiledQuery, hitsAfter = 0) {
    this.#query = query;
    this.#hitsAfter = hitsAfter;
  }

  /** Whether a stretch can hold something that is wanted. */
  overlaps({ earliest, latest }: Pick<Span, 'earliest' | 'latest'>): boolean {
    return latest === 0 || (latest >= this.#query.since && earliest < this.#query.until);
  }

  /** What is wanted of a block behind seq `after`. */
  *select(block: Block, after: number): Generator<StoredRecord> {
    if (block.count === 0 || !this.overlaps(block)) return;
    if (block.isGap) {
      const gap = gapOf(block, after);
      if (gap !== null) yield gap;
      return;
    }
    const runs = runsOf(block).filter((run) => this.#takesRun(run));
    if (runs.length === 0) return;
    const { finder, before, after: behind } = this.#query;
    const places = new Places(textOf(block), cutsOf(block));
    if (before + behind > 0) yield* this.#selectWithContext(block, runs, places, after);
    else if (finder === null || this.#open.size > 0) yield* this.#selectEach(block, runs, places, after);
    else yield* this.#selectHits(block, runs, places, after);
  }

  /** Goes from hit to hit. */
  *#selectHits(
    block: Block,
    runs: readonly BlockRun[],
    places: Places,
    after: number,
  ): Generator<StoredLine> {
    const { finder } = this.#query;
    const { text } = places;
    let hit = 0;
    for (const run of runs) {
      hit = Math.max(hit, run.start);
      for (;;) {
        hit = finder?.find(text, hit) ?? -1;
        if (hit === -1) return;
        if (hit >= run.end) break;
        const place = places.at(hit);
        const seq = block.firstSeq + place.index;
        const bytes = text.subarray(place.start, place.end);
        // A hit may go over a cut, where one record ends and the next begins.
        const within = !place.partial || finder?.find(bytes, 0) !== -1;
        if (seq > after && within && this.#passes(bytes, run.source)) {
          // Copied, so that few hits do not keep all that lies between them.
          const line = this.#take(block, run, places, place);
          yield { ...line, bytes: Buffer.from(line.bytes) };
          if (place.partial) {
            yield* this.#selectEach(block, runs, new Places(text, cutsOf(block)), seq);
            return;
          }
        }
        hit = Math.max(hit + 1, place.end);
      }
    }
  }

  *#selectEach(
    block: Block,
    runs: readonly BlockRun[],
    places: Places,
    after: number,
  ): Generator<StoredLine> {
    for (const run of runs) {
      for (const place of places.of(run)) {
        if (block.firstSeq + place.index <= after) continue;
        if (this.#matches(places, place, run.source) || this.#continues(run.source))
          yield this.#take(block, run, places, place);
      }
    }
  }

  *#selectWithContext(
    block: Block,
    runs: readonly BlockRun[],
    places: Places,
    after: number,
  ): Generator<StoredLine> {
    const { before, after: behind } = this.#query;
    for (const run of runs) {
      for (const place of places.of(run)) {
        const seq = block.firstSeq + place.index;
        if (seq <= after) continue;
        const matches =
          seq > this.#hitsAfter && (this.#matches(places, place, run.source) || this.#continues(run.source));
        const line = matches ? this.#take(block, run, places, place) : lineOf(block, run, places, place);
        if (matches) {
          yield* this.#before;
          this.#before = [];
          this.#after = behind;
          yield line;
        } else if (this.#after > 0) {
          this.#after -= 1;
          yield { ...line, context: true };
        } else if (before > 0) {
          // Copied, since a view would keep its whole chunk.
          this.#before.push({ ...line, bytes: Buffer.from(line.bytes), context: true });
          if (this.#before.length > before) this.#before.shift();
        }
      }
    }
  }

  #takesRun({ source, at }: BlockRun): boolean {
    const { since, until, takesSource } = this.#query;
    return at >= since && at < until && takesSource(source);
  }

  #matches({ text }: Places, { start, end }: Place, source: LogSource): boolean {
    const { finder } = this.#query;
    const bytes = text.subarray(start, end);
    return (finder === null || finder.find(bytes, 0) !== -1) && this.#passes(bytes, source);
  }

  #passes(bytes: Uint8Array, source: LogSource): boolean {
    return this.#query.tests.every((test) => test(bytes, source));
  }

  #continues(source: LogSource): boolean {
    return this.#open.size > 0 && this.#open.has(keyOf(source));
  }

  #take(block: Block, run: BlockRun, places: Places, place: Place): StoredLine {
    if (place.partial) this.#open.add(keyOf(run.source));
    else if (this.#open.size > 0) this.#open.delete(keyOf(run.source));
    return lineOf(block, run, places, place);
  }
}

function keyOf({ kind, process, instance, release, stream }: LogSource): string {
  return `${kind} ${stream} ${release} ${process} ${instance}`;
}

function lineOf(block: Block, { source, at }: BlockRun, { text }: Places, place: Place): StoredLine {
  return {
    type: 'line',
    cursor: { epoch: block.epoch, seq: block.firstSeq + place.index },
    at,
    source,
    bytes: text.subarray(place.start, place.end),
    partial: place.partial,
  };
}

/** Finds records in a text, from its beginning to its end. */
class Places {
  readonly text: Buffer;
  readonly #cuts: readonly number[];
  #cut = 0;
  /** Records in front of `#start`, where one begins. */
  #index = 0;
  #start = 0;

  constructor(text: Buffer, cuts: readonly number[]) {
    this.text = text;
    this.#cuts = cuts;
  }

  /** The record that holds a byte; not in front of one that was asked for before. */
  at(offset: number): Place {
    this.#passCuts(offset);
    const newline = offset === 0 ? -1 : this.text.lastIndexOf(NEWLINE, offset - 1);
    const start = Math.max(this.#start, newline + 1);
    this.#index += countNewlines(this.text, this.#start, start);
    this.#start = start;
    return this.#here();
  }

  *of({ start, end }: BlockRun): Generator<Place> {
    if (start >= end) return;
    this.at(start);
    while (this.#start < end) {
      const place = this.#here();
      yield place;
      this.#index += 1;
      this.#start = place.partial ? place.end : place.end + 1;
      if (place.partial) this.#cut += 1;
    }
  }

  #here(): Place {
    const newline = this.text.indexOf(NEWLINE, this.#start);
    const cut = this.#cuts[this.#cut] ?? Number.POSITIVE_INFINITY;
    const partial = newline === -1 || cut <= newline;
    const end = partial ? Math.min(cut, this.text.length) : newline;
    return { index: this.#index, start: this.#start, end, partial };
  }

  /** A record begins at each cut. */
  #passCuts(offset: number): void {
    for (let cut = this.#cuts[this.#cut]; cut !== undefined && cut <= offset; cut = this.#cuts[this.#cut]) {
      this.#index += countNewlines(this.text, this.#start, cut) + 1;
      this.#start = cut;
      this.#cut += 1;
    }
  }
}

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogQuery } from '@rig-ops/contract/log-query';
import type { LogCursor } from '@rig-ops/contract/log-record';
import { findTail } from './find-tail.ts';
import { type CompiledQuery, compileQuery } from './query/compile-query.ts';
import { LineSelector } from './query/line-selector.ts';
import { readReverse } from './read-reverse.ts';
import { compareCursors, listSegments } from './segment-file.ts';
import type { ReadMeter } from './segment-reader.ts';
import { type StoreLimit, StoreReader, type StoreReaderOptions } from './store-reader.ts';
import type { StoredGap, StoredPosition, StoredRecord } from './stored-record.ts';
import { FolderWatch } from './wait-for-change.ts';

/** A batch holds lines of about so many bytes at most; a single line may be longer. */
const BATCH_BYTES = 64 * 1024;

/** What a record costs in memory beside its bytes, roughly. */
const RECORD_BYTES = 76;

/** While nothing matches, a reader is told this often how far it has come. */
const POSITION_MS = 1_000;

export interface ReadOptions {
  /** Begin behind this cursor, in the direction of reading; excludes `tail` unless `reverse`. */
  after?: LogCursor;
  /** Begin so many lines that match before the end; everything when absent. With `reverse`: end after so many. */
  tail?: number;
  /** Only these lines. */
  query?: LogQuery;
  /** From the end to the beginning; excludes `follow` and the query's context. */
  reverse?: boolean;
  /** Go on with new records as they come, and wait for a store that is not there yet. */
  follow?: boolean;
  /** Tell where reading begins, and how far it has come while nothing matches. */
  positions?: boolean;
  /** Ends a follow in order, once everything was read that was written before it was aborted. */
  until?: AbortSignal;
  /** Ends reading at once: the iteration throws its reason. */
  signal: AbortSignal;
  /** Counts what is read from files. */
  meter?: ReadMeter;
  /**
   * The bytes of the lines of a batch are the caller's until it asks for the next one, and are then written over: a
   * reader that makes something else of them at once needs a fraction of the memory. Has no effect on `reverse`.
   */
  lent?: boolean;
}

export interface LogReader {
  /**
   * History and live lines on one path, in batches. Without `follow` it ends at what the store held
   * when it was called. Records that are no longer stored, damaged or never written appear as gaps.
   * Reads from files with an offset of its own, so a slow consumer costs no memory.
   *
   * @throws RigError invalid_input for a query that cannot be understood
   */
  read(options: ReadOptions & { positions?: false }): AsyncIterable<StoredRecord[]>;
  read(options: ReadOptions): AsyncIterable<(StoredRecord | StoredPosition)[]>;
}

/** Opens a store for reading; it may be written to meanwhile, or not exist yet. */
export function openLogReader(dir: string): LogReader {
  const read = (options: ReadOptions) => (options.reverse === true ? readBack : readOn)(dir, options);
  return { read: read as LogReader['read'] };
}

type Batch = (StoredRecord | StoredPosition)[];

async function* readBack(dir: string, options: ReadOptions): AsyncGenerator<StoredRecord[], void, undefined> {
  const { signal, after: before, meter = { bytes: 0 } } = options;
  const query = await compileQuery(options.query ?? {});
  let left = options.tail ?? Number.POSITIVE_INFINITY;
  for await (const records of readReverse({ dir, before, selector: () => new LineSelector(query), meter })) {
    signal.throwIfAborted();
    const batch: StoredRecord[] = [];
    for (const record of records) {
      if (left === 0) break;
      if (record.type === 'line') left -= 1;
      batch.push(record);
    }
    if (batch.length > 0) yield batch;
    if (left === 0) return;
  }
}

async function* readOn(dir: string, options: ReadOptions): AsyncGenerator<Batch, void, undefined> {
  const { signal, until } = options;
  const query = await compileQuery(options.query ?? {});
  const watch = options.follow === true ? new FolderWatch(dir) : null;
  const signals = until === undefined ? [signal] : [signal, until];
  const progress = options.positions === true ? new Progress() : null;
  let reader: StoreReader | null = null;
  try {
    for (let round = 0; ; round += 1) {
      signal.throwIfAborted();
      const isLast = watch === null || until?.aborted === true;
      watch?.arm();
      const limit = isLast ? await limitOf(dir) : null;
      if (reader === null) {
        const start = await openAtStart(dir, options, query, round === 0);
        if (start?.gap !== undefined) yield [start.gap];
        reader = start?.reader ?? null;
        if (round === 0 && progress !== null) yield [progress.begin(options, reader)];
      }
      if (reader !== null) {
        for await (const batch of toBatches(
          reader.drain(limit, () => watch?.renamed ?? true),
          signal,
        )) {
          if (batch.length > 0) {
            progress?.delivered();
            yield batch;
          }
          const position = progress?.at(reader.last, false);
          if (position !== undefined) yield [position];
        }
        const position = progress?.at(reader.last, isLast || round === 0);
        if (position !== undefined) yield [position];
      }
      if (isLast) return;
      await watch.wait(signals);
    }
  } finally {
    watch?.close();
    await reader?.close();
  }
}

/** Tells now and then how far a reader has come. */
class Progress {
  #told: LogCursor = { epoch: 1, seq: 0 };
  #toldAt = 0;

  begin({ after }: ReadOptions, reader: StoreReader | null): StoredPosition {
    this.#told = reader?.last ?? after ?? this.#told;
    this.#toldAt = performance.now();
    return { type: 'position', cursor: this.#told };
  }

  /** A batch goes out, and its last record tells the place nearly as well. */
  delivered(): void {
    this.#toldAt = performance.now();
  }

  at(cursor: LogCursor, now: boolean): StoredPosition | undefined {
    if (compareCursors(cursor, this.#told) <= 0) return undefined;
    if (!now && performance.now() - this.#toldAt < POSITION_MS) return undefined;
    this.#told = cursor;
    this.#toldAt = performance.now();
    return { type: 'position', cursor };
  }
}

interface Start {
  reader: StoreReader;
  gap?: StoredGap;
}

/** Null while there is nothing to read. A tail counts from the end as it was at first: a store that came later is read whole. */
async function openAtStart(
  dir: string,
  options: ReadOptions,
  query: CompiledQuery,
  isFirst: boolean,
): Promise<Start | null> {
  const [oldest] = await listSegments(dir);
  if (oldest === undefined) return null;
  const { after, tail, meter = { bytes: 0 } } = options;
  const to = { dir, meter, selector: new LineSelector(query), lent: options.lent === true };
  if (after !== undefined) {
    // A cursor behind the end belongs to records that were lost: they are named, and reading goes on from the end.
    const end = (await findTail(dir, { lines: 0, meter }))?.before;
    if (end === undefined || compareCursors(after, end) <= 0)
      return { reader: StoreReader.behind(to, after) };
    const reader = StoreReader.behind(to, end);
    const count = after.seq - end.seq;
    if (count <= 0) return { reader };
    const from = { epoch: end.epoch, seq: end.seq + 1 };
    return { reader, gap: { type: 'gap', from, to: after, count, reason: 'damaged' } };
  }
  if (tail !== undefined && isFirst) {
    const selects = options.query !== undefined && tail > 0;
    const selector = selects ? { selector: () => new LineSelector(query) } : {};
    const place = await findTail(dir, { lines: tail, meter, ...selector });
    if (place !== null && query.before > 0 && tail > 0)
      return { reader: behindContext(to, query, { oldest: oldest.first, hitsAfter: place.before }) };
    // Lines around a hit may lie where nothing matches.
    if (place !== null && query.after > 0) delete place.quiet;
    if (place !== null) return { reader: StoreReader.at(to, place) };
  }
  const { epoch, seq } = oldest.first;
  return { reader: StoreReader.behind(to, { epoch, seq: seq - 1 }) };
}

/** Lines in front of the first hit come with it, but no hit that was not asked for. */
function behindContext(
  to: StoreReaderOptions,
  query: CompiledQuery,
  { oldest, hitsAfter }: { oldest: LogCursor; hitsAfter: LogCursor },
): StoreReader {
  const begin = { epoch: hitsAfter.epoch, seq: hitsAfter.seq - query.before };
  const first = { epoch: oldest.epoch, seq: oldest.seq - 1 };
  const selector = new LineSelector(query, hitsAfter.seq);
  return StoreReader.behind({ ...to, selector }, compareCursors(begin, first) < 0 ? first : begin);
}

async function limitOf(dir: string): Promise<StoreLimit | null> {
  const segment = (await listSegments(dir)).at(-1);
  if (segment === undefined) return null;
  try {
    return { segment, offset: (await stat(join(dir, segment.name))).size };
  } catch (error) {
    // Sealed or removed just now: then no offset in it is too far.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { segment, offset: Number.MAX_SAFE_INTEGER };
  }
}

/** One batch for each portion, or several for a large one: what was read is given out before more is read. */
async function* toBatches(
  portions: AsyncIterable<Iterable<StoredRecord>>,
  signal: AbortSignal,
): AsyncGenerator<StoredRecord[], void, undefined> {
  for await (const records of portions) {
    let batch: StoredRecord[] = [];
    let bytes = 0;
    for (const record of records) {
      batch.push(record);
      bytes += RECORD_BYTES + (record.type === 'line' ? record.bytes.length : 0);
      if (bytes < BATCH_BYTES) continue;
      signal.throwIfAborted();
      yield batch;
      batch = [];
      bytes = 0;
    }
    signal.throwIfAborted();
    yield batch;
  }
}

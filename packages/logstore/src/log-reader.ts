import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogCursor } from '@rig-ops/contract/log-record';
import { LINE_HEADER_BYTES } from './block-layout.ts';
import { findTail } from './find-tail.ts';
import { compareCursors, listSegments, parseSegmentName } from './segment-file.ts';
import { type StoreLimit, StoreReader } from './store-reader.ts';
import type { StoredGap, StoredRecord } from './stored-record.ts';
import { FolderWatch } from './wait-for-change.ts';

/** A batch holds lines of about so many bytes at most; a single line may be longer. */
const BATCH_BYTES = 256 * 1024;

/** What a record costs in memory beside its bytes, roughly. */
const RECORD_BYTES = 64 + LINE_HEADER_BYTES;

export interface ReadOptions {
  /** Begin behind this cursor; excludes `tail`. */
  after?: LogCursor;
  /** Begin so many lines before the end; everything when absent. */
  tail?: number;
  /** Go on with new records as they come, and wait for a store that is not there yet. */
  follow?: boolean;
  /** Ends a follow in order, once everything was read that was written before it was aborted. */
  until?: AbortSignal;
  /** Ends reading at once: the iteration throws its reason. */
  signal: AbortSignal;
}

export interface LogReader {
  /**
   * History and live lines on one path, in batches. Without `follow` it ends at what the store held
   * when it was called. Records that are no longer stored, damaged or never written appear as gaps.
   * Reads from files with an offset of its own, so a slow consumer costs no memory.
   */
  read(options: ReadOptions): AsyncIterable<StoredRecord[]>;
}

/** Opens a store for reading; it may be written to meanwhile, or not exist yet. */
export function openLogReader(dir: string): LogReader {
  return { read: (options) => readStore(dir, options) };
}

async function* readStore(
  dir: string,
  options: ReadOptions,
): AsyncGenerator<StoredRecord[], void, undefined> {
  const { signal, until } = options;
  const watch = options.follow === true ? new FolderWatch(dir) : null;
  const signals = until === undefined ? [signal] : [signal, until];
  let reader: StoreReader | null = null;
  try {
    for (let round = 0; ; round += 1) {
      signal.throwIfAborted();
      const isLast = watch === null || until?.aborted === true;
      watch?.arm();
      const limit = isLast ? await limitOf(dir) : null;
      if (reader === null) {
        const start: Start | null = await openAtStart(dir, options, round === 0);
        if (start?.gap !== undefined) yield [start.gap];
        reader = start?.reader ?? null;
      }
      if (reader !== null) yield* toBatches(reader.drain(limit), signal);
      if (isLast) return;
      await watch.wait(signals);
    }
  } finally {
    watch?.close();
    await reader?.close();
  }
}

interface Start {
  reader: StoreReader;
  gap?: StoredGap;
}

/** Null while there is nothing to read. A tail counts from the end as it was at first: a store that came later is read whole. */
async function openAtStart(dir: string, options: ReadOptions, isFirst: boolean): Promise<Start | null> {
  const [oldest] = await listSegments(dir);
  const first = oldest === undefined ? null : parseSegmentName(oldest);
  if (first === null) return null;
  const { after, tail } = options;
  if (after !== undefined) return openBehind(dir, after);
  const place = tail === undefined || !isFirst ? null : await findTail(dir, tail);
  if (place !== null) return { reader: await StoreReader.at(dir, place) };
  return { reader: StoreReader.behind(dir, { epoch: first.epoch, seq: first.seq - 1 }) };
}

/** A cursor behind the end belongs to records that were lost: they are named, and reading goes on from the end. */
async function openBehind(dir: string, after: LogCursor): Promise<Start> {
  const end = (await findTail(dir, 0))?.before;
  if (end === undefined || compareCursors(after, end) <= 0) return { reader: StoreReader.behind(dir, after) };
  const reader = StoreReader.behind(dir, end);
  const count = after.seq - end.seq;
  if (count <= 0) return { reader };
  const from = { epoch: end.epoch, seq: end.seq + 1 };
  return { reader, gap: { type: 'gap', from, to: after, count, reason: 'damaged' } };
}

async function limitOf(dir: string): Promise<StoreLimit | null> {
  const segment = (await listSegments(dir)).at(-1);
  return segment === undefined ? null : { segment, offset: (await stat(join(dir, segment))).size };
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
    if (batch.length > 0) yield batch;
  }
}

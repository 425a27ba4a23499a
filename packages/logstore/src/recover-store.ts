import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogCursor } from '@rig-ops/contract/log-record';
import { type Block, endOf, spoolsOf } from './decode-block.ts';
import { goodBlocks } from './find-block.ts';
import { SealedSegmentReader } from './sealed-segment-reader.ts';
import { listSegments, magicOfSegment, SEGMENT_HEADER_BYTES, type SegmentRef } from './segment-file.ts';
import { isBlock } from './segment-reader.ts';

/** What a store holds, as far as a writer has to know it to go on. */
export interface RecoveredStore {
  /** Last record; seq 0 for an empty store. */
  end: LogCursor;
  /** Consumed bytes by spool file. */
  spools: Map<string, number>;
  /** Newest segment; null for an empty store. `magic` is null where even its header is not whole. */
  last: { segment: SegmentRef; magic: Buffer | null; goodBytes: number; isTorn: boolean } | null;
}

interface ScannedSegment {
  magic: Buffer | null;
  goodBytes: number;
  fileBytes: number;
  startsWell: boolean;
  end: LogCursor | null;
  spools: Map<string, number>;
}

/**
 * Reads the newest segment. It begins with a mark of all spool positions, so older segments are
 * read only where that mark is damaged.
 */
export async function recoverStore(dir: string): Promise<RecoveredStore> {
  let end: LogCursor | null = null;
  const store: RecoveredStore = { end: { epoch: 1, seq: 0 }, spools: new Map(), last: null };
  for (const ref of (await listSegments(dir)).toReversed()) {
    const segment = ref.sealed ? await scanSealed(dir, ref) : await scanOpen(join(dir, ref.name));
    const { first } = ref;
    store.last ??= {
      segment: ref,
      magic: segment.magic,
      goodBytes: segment.goodBytes,
      isTorn: !ref.sealed && (segment.end === null || segment.goodBytes < segment.fileBytes),
    };
    end ??= segment.end ?? { epoch: first.epoch, seq: first.seq - 1 };
    for (const [key, offset] of segment.spools) if (!store.spools.has(key)) store.spools.set(key, offset);
    if (segment.startsWell) break;
  }
  if (end !== null) store.end = end;
  return store;
}

/** Sealing leaves nothing torn; where damage came later, its numbers are used no more all the same. */
async function scanSealed(dir: string, ref: SegmentRef): Promise<ScannedSegment> {
  const segment = emptySegment(null, 0);
  const reader = await SealedSegmentReader.open(dir, ref);
  try {
    for (const frame of reader.frames) segment.end = endOf(frame);
    for (;;) {
      const portions = await reader.read(() => true);
      if (portions.length === 0) return segment;
      segment.startsWell ||= portions[0]?.firstSeq === ref.first.seq;
      for (const portion of portions) if (isBlock(portion)) note(segment, portion);
    }
  } finally {
    await reader.close();
  }
}

async function scanOpen(path: string): Promise<ScannedSegment> {
  const bytes = await readFile(path);
  const magic = magicOfSegment(bytes, 'open');
  const segment = emptySegment(magic, bytes.length);
  if (magic === null) return segment;
  segment.goodBytes = SEGMENT_HEADER_BYTES;
  for (const { offset, block } of goodBlocks(bytes, SEGMENT_HEADER_BYTES, magic)) {
    segment.startsWell ||= offset === SEGMENT_HEADER_BYTES;
    segment.goodBytes = offset + block.length;
    segment.end = endOf(block);
    note(segment, block);
  }
  return segment;
}

function emptySegment(magic: Buffer | null, fileBytes: number): ScannedSegment {
  return { magic, goodBytes: 0, fileBytes, startsWell: false, end: null, spools: new Map() };
}

function note({ spools }: ScannedSegment, block: Block): void {
  for (const [key, offset] of spoolsOf(block)) {
    spools.delete(key);
    spools.set(key, offset);
  }
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogCursor } from '@rig-ops/contract/log-record';
import { spoolsOf } from './decode-block.ts';
import { goodBlocks } from './find-block.ts';
import { listSegments, magicOfSegment, parseSegmentName, SEGMENT_HEADER_BYTES } from './segment-file.ts';

/** What a store holds, as far as a writer has to know it to go on. */
export interface RecoveredStore {
  /** Last record; seq 0 for an empty store. */
  end: LogCursor;
  /** Consumed bytes by spool file. */
  spools: Map<string, number>;
  /** Newest segment; null for an empty store. `magic` is null where even its header is not whole. */
  last: { name: string; magic: Buffer | null; goodBytes: number; isTorn: boolean } | null;
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
  const names = await listSegments(dir);
  const store: RecoveredStore = { end: { epoch: 1, seq: 0 }, spools: new Map(), last: null };
  let end: LogCursor | null = null;
  for (const name of names.toReversed()) {
    const segment = await scanSegment(join(dir, name));
    const first = parseSegmentName(name) ?? store.end;
    store.last ??= {
      name,
      magic: segment.magic,
      goodBytes: segment.goodBytes,
      isTorn: segment.end === null || segment.goodBytes < segment.fileBytes,
    };
    end ??= segment.end ?? { epoch: first.epoch, seq: first.seq - 1 };
    for (const [key, offset] of segment.spools) if (!store.spools.has(key)) store.spools.set(key, offset);
    if (segment.startsWell) break;
  }
  if (end !== null) store.end = end;
  return store;
}

async function scanSegment(path: string): Promise<ScannedSegment> {
  const bytes = await readFile(path);
  const magic = magicOfSegment(bytes);
  const segment: ScannedSegment = {
    magic,
    goodBytes: magic === null ? 0 : SEGMENT_HEADER_BYTES,
    fileBytes: bytes.length,
    startsWell: false,
    end: null,
    spools: new Map(),
  };
  if (magic === null) return segment;
  for (const { offset, block } of goodBlocks(bytes, SEGMENT_HEADER_BYTES, magic)) {
    segment.startsWell ||= offset === SEGMENT_HEADER_BYTES;
    segment.goodBytes = offset + block.length;
    segment.end = { epoch: block.epoch, seq: block.firstSeq + block.count - 1 };
    for (const [key, offset] of spoolsOf(block)) {
      segment.spools.delete(key);
      segment.spools.set(key, offset);
    }
  }
  return segment;
}

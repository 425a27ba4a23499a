import { OpenSegmentReader } from './open-segment-reader.ts';
import { SealedSegmentReader } from './sealed-segment-reader.ts';
import { compareCursors, listSegments, type SegmentRef } from './segment-file.ts';
import type { ReadMeter, SegmentReader } from './segment-reader.ts';

/**
 * Opens a segment from an offset, which counts only for the form the segment had when it was found: one that
 * was sealed meanwhile is read from its beginning. Null when it is kept no longer.
 */
export async function openSegment(
  dir: string,
  segment: SegmentRef,
  meter: ReadMeter,
  offset?: number,
): Promise<SegmentReader | null> {
  let [ref, from]: [SegmentRef | undefined, number | undefined] = [segment, offset];
  while (ref !== undefined) {
    try {
      return ref.sealed
        ? await SealedSegmentReader.open(dir, ref, from, meter)
        : await OpenSegmentReader.open(dir, ref, from, meter);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    const gone: SegmentRef = ref;
    ref = (await listSegments(dir)).find(({ first }) => compareCursors(first, gone.first) === 0);
    if (ref?.name === gone.name) return null;
    from = undefined;
  }
  return null;
}

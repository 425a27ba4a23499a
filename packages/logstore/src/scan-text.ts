import { NEWLINE } from './block-layout.ts';

/** Longer lines are kept in pieces of this size, so that no line can exhaust memory. */
export const MAX_LINE_BYTES = 64 * 1024;

export interface ScannedText {
  /** Bytes that form whole records: up to the last newline, or the last piece of a very long line. */
  end: number;
  records: number;
  /** Where a record ends without a newline, in order. */
  cuts: number[];
}

/** Finds the records in what a program wrote; what is behind the last newline is still open. */
export function scanText(bytes: Buffer): ScannedText {
  const cuts: number[] = [];
  let records = 0;
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    while (end - start > MAX_LINE_BYTES) {
      start += MAX_LINE_BYTES;
      cuts.push(start);
      records += 1;
    }
    if (newline === -1) break;
    records += 1;
    start = newline + 1;
  }
  return { end: start, records, cuts };
}

import type { LogSource } from '@rig-ops/contract/log-record';
import { NEWLINE } from './block-layout.ts';

/** A stretch of text from one source at one time. */
export interface TextRun {
  /** Milliseconds since the epoch. */
  at: number;
  source: LogSource;
  /** Records that end with a newline or at a cut. */
  text: Uint8Array;
  records: number;
  /** Offsets in the text where a record ends without a newline, in order. */
  cuts: readonly number[];
}

export interface AppendLine {
  /** Milliseconds since the epoch. */
  at: number;
  source: LogSource;
  /** One line without its newline. Several lines in it become as many records. */
  bytes: Uint8Array;
  /** The line goes on in the next line of this source. */
  partial?: boolean;
}

const newline = Buffer.of(NEWLINE);

/** Joins lines to runs: neighbours of one source and time share one. */
export function toRuns(lines: readonly AppendLine[]): TextRun[] {
  const runs: TextRun[] = [];
  let start = 0;
  while (start < lines.length) {
    const first = lines[start];
    if (first === undefined) break;
    let stop = start + 1;
    while (lines[stop]?.source === first.source && lines[stop]?.at === first.at) stop += 1;
    runs.push(toRun(first, lines.slice(start, stop)));
    start = stop;
  }
  return runs;
}

function toRun({ at, source }: AppendLine, lines: readonly AppendLine[]): TextRun {
  const pieces: Uint8Array[] = [];
  const cuts: number[] = [];
  let bytes = 0;
  let records = 0;
  for (const line of lines) {
    pieces.push(line.bytes);
    bytes += line.bytes.length;
    records += 1 + countNewlines(line.bytes);
    if (line.partial === true) {
      cuts.push(bytes);
    } else {
      pieces.push(newline);
      bytes += 1;
    }
  }
  return { at, source, text: Buffer.concat(pieces, bytes), records, cuts };
}

/** Newlines in a stretch of bytes. */
export function countNewlines(bytes: Uint8Array, from = 0, to = bytes.length): number {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, to);
  let count = 0;
  for (let at = view.indexOf(NEWLINE, from); at !== -1; at = view.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

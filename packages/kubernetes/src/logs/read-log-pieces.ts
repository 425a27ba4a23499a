import { RigError } from '@rig-ops/contract/errors';

/** What a container has printed at once: a line, or a part of one that is longer than what its runtime keeps in one. */
export interface LogPiece {
  /** When the runtime took it, in nanoseconds since the epoch. */
  at: bigint;
  /** With its line feed, where it ends a line. */
  bytes: Buffer;
  /** Whether these are its first bytes: of one that comes in several chunks, the later ones have the time of the first. */
  begins: boolean;
}

const LINE_FEED = 10;
const SPACE = 32;
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) /;
const LEAST_STAMP_BYTES = 21;
const MOST_STAMP_BYTES = 40;
/**
 * containerd breaks lines after so many bytes. Kubelets until 1.22 write a time in front of every part of such a line, later
 * ones in front of the first; a time that stands exactly there is taken for one of them.
 */
const PART_BYTES = 16 * 1024;

/**
 * The pieces of a log that was asked for with `timestamps`, as many at once as have come at once. Without the times in
 * front of them their bytes are what the program has printed. Memory: one chunk.
 * @throws RigError `cluster_refused` where that is not what comes
 */
export async function* readLogPieces(source: AsyncIterable<Buffer>): AsyncGenerator<LogPiece[]> {
  const reader = new PieceReader();
  for await (const chunk of source) {
    const pieces = reader.take(chunk);
    if (pieces.length > 0) yield pieces;
  }
}

class PieceReader {
  #held = Buffer.alloc(0);
  readonly #times = new StampReader();
  /** What is being read; null where the next byte is that of a time. */
  #current: { at: bigint; length: number; told: boolean; whole: boolean } | null = null;

  take(chunk: Buffer): LogPiece[] {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const pieces: LogPiece[] = [];
    let from = 0;
    while (from < bytes.length) {
      const next = this.#current === null ? this.#begin(bytes, from) : this.#goOn(bytes, from, pieces);
      if (next === null) break;
      from = next;
    }
    this.#held = Buffer.from(bytes.subarray(from));
    return pieces;
  }

  /** Where its text begins; null where more has to come first. */
  #begin(bytes: Buffer, from: number): number | null {
    const stamp = this.#times.read(bytes, from);
    if (stamp === null && bytes.length - from < MOST_STAMP_BYTES) return null;
    if (stamp === null)
      throw new RigError('cluster_refused', 'The cluster sent a line of a log without a time.');
    this.#current = { at: stamp.at, length: 0, told: false, whole: false };
    return from + stamp.length;
  }

  /** Where the next step begins; null where more has to come first. */
  #goOn(bytes: Buffer, from: number, pieces: LogPiece[]): number | null {
    const current = this.#current;
    if (current === null) return null;
    const feed = bytes.indexOf(LINE_FEED, from);
    // Behind a part that is full: a time begins the next one, anything else goes on with this one.
    if (current.length === PART_BYTES && !current.whole) {
      if (this.#times.read(bytes, from) !== null) {
        this.#current = null;
        return from;
      }
      if (feed < 0 && bytes.length - from < MOST_STAMP_BYTES) return null;
      current.whole = true;
    }
    const most = current.whole ? bytes.length : Math.min(bytes.length, from + PART_BYTES - current.length);
    const isEnd = feed >= 0 && feed < most;
    const end = isEnd ? feed + 1 : most;
    pieces.push({ at: current.at, bytes: bytes.subarray(from, end), begins: !current.told });
    if (isEnd) this.#current = null;
    else Object.assign(current, { told: true, length: current.length + end - from });
    return end;
  }
}

/** Times of lines that come one after another are mostly of the same second. */
class StampReader {
  #prefix = '';
  #base = 0n;

  read(bytes: Buffer, from: number): { at: bigint; length: number } | null {
    if (bytes.length - from < LEAST_STAMP_BYTES) return null;
    const space = bytes.indexOf(SPACE, from);
    if (space < 0 || space - from > MOST_STAMP_BYTES) return null;
    const text = bytes.toString('latin1', from, space + 1);
    const [stamp, seconds = '', fraction = '', zone = ''] = STAMP.exec(text) ?? [];
    if (stamp === undefined) return null;
    const prefix = seconds + zone;
    if (prefix !== this.#prefix) {
      this.#prefix = prefix;
      this.#base = BigInt(Date.parse(prefix)) * 1_000_000n;
    }
    return { at: this.#base + BigInt(Number(fraction.padEnd(9, '0'))), length: stamp.length };
  }
}

import { isRigError, RigError } from '@rig-ops/contract/errors';
import { findWords, MOST_WORDS_BYTES, goneBy, takeWords } from './log-words.ts';

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
export const MOST_STAMP_BYTES = 40;
/**
 * containerd breaks lines after so many bytes. Kubelets until 1.22 write a time in front of every part of such a line, later
 * ones in front of the first; a time that stands exactly there is taken for one of them.
 */
const PART_BYTES = 16 * 1024;

/**
 * The pieces of a log that was asked for with `timestamps`, as many at once as have come at once. Without the times in
 * front of them their bytes are what the program has printed; what the cluster itself has written behind them is thrown, when they
 * all were told. Memory: one chunk.
 * @throws RigError `cluster_refused`; see {@link logGone}
 */
export async function* readLogPieces(source: AsyncIterable<Buffer>): AsyncGenerator<LogPiece[]> {
  const reader = new PieceReader();
  for await (const chunk of source) {
    const pieces = reader.take(chunk);
    if (pieces.length > 0) yield pieces;
  }
  const { pieces, words } = reader.end();
  if (pieces.length > 0) yield pieces;
  if (words !== null)
    throw new RigError('cluster_refused', `The cluster says: ${words}.`, {
      details: { gone: goneBy(words) },
    });
}

/** Whether the cluster said in place of a log, or behind it, that its container is not there any more. */
export function logGone(error: unknown): 'missing' | 'read' | null {
  if (!isRigError(error)) return null;
  return (error.details as { gone?: 'missing' | 'read' | null } | undefined)?.gone ?? null;
}

class PieceReader {
  #held = Buffer.alloc(0);
  readonly #times = new StampReader();
  /** What is being read; null where the next byte is that of a time. */
  #current: { at: bigint; length: number; told: boolean; whole: boolean } | null = null;
  #begun = false;
  /** What stands where a time should; null for nothing. */
  #untimed: Buffer | null = null;

  take(chunk: Buffer): LogPiece[] {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const pieces: LogPiece[] = [];
    let from = 0;
    while (from < bytes.length) {
      const next = this.#step(bytes, from, pieces);
      if (next === null) break;
      from = next;
    }
    this.#held = Buffer.from(bytes.subarray(from));
    return pieces;
  }

  /** What was held back, and what the cluster has said behind it. */
  end(): { pieces: LogPiece[]; words: string | null } {
    const held = this.#held;
    const current = this.#current;
    if (current === null) {
      const untimed = Buffer.concat([this.#untimed ?? Buffer.alloc(0), held]);
      // Behind the part of a line that was left out nothing need be said.
      const text = untimed.toString('utf8').trim();
      const isWords =
        text !== '' && (this.#begun || takeWords(untimed)?.at === 0 || !untimed.includes(LINE_FEED));
      return { pieces: [], words: isWords ? text : null };
    }
    const { at = held.length, words = null } = takeWords(held) ?? {};
    const bytes = held.subarray(0, at);
    return {
      pieces: bytes.length === 0 ? [] : [{ at: current.at, bytes, begins: !current.told }],
      words,
    };
  }

  #step(bytes: Buffer, from: number, pieces: LogPiece[]): number | null {
    if (this.#untimed !== null) return this.#goOnUntimed(bytes, from, this.#untimed);
    return this.#current === null ? this.#begin(bytes, from) : this.#goOn(bytes, from, pieces, this.#current);
  }

  /** Where its text begins; null where more has to come first. */
  #begin(bytes: Buffer, from: number): number | null {
    const stamp = this.#times.read(bytes, from);
    if (stamp === null && bytes.length - from < MOST_STAMP_BYTES) return null;
    if (stamp === null) {
      this.#untimed = Buffer.alloc(0);
      return from;
    }
    this.#begun = true;
    this.#current = { at: stamp.at, length: 0, told: false, whole: false };
    return from + stamp.length;
  }

  /**
   * The cluster speaks, or it is the rest of a long line that began before the time that was asked for: newer kubelets leave out its first
   * part, and the time with it. Whoever reads on from a place has had that line.
   */
  #goOnUntimed(bytes: Buffer, from: number, before: Buffer): number {
    const feed = bytes.indexOf(LINE_FEED, from);
    const end = feed < 0 ? bytes.length : feed + 1;
    if (!this.#begun && feed >= 0) {
      this.#untimed = null;
      this.#begun = true;
      return end;
    }
    this.#untimed = Buffer.concat([before, bytes.subarray(from, end)]).subarray(0, MOST_WORDS_BYTES);
    return end;
  }

  /** Where the next step begins; null where more has to come first. */
  #goOn(
    bytes: Buffer,
    from: number,
    pieces: LogPiece[],
    current: { at: bigint; length: number; told: boolean; whole: boolean },
  ): number | null {
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
    // Where the line has not ended, what the cluster may be saying waits for more.
    const end = isEnd ? feed + 1 : feed < 0 ? Math.min(most, findWords(bytes, from, bytes.length)) : most;
    if (end === from) return null;
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

/** The time that stands first in a log that was asked for with `timestamps`; null where none does. */
export function readFirstTime(bytes: Buffer): bigint | null {
  return new StampReader().read(bytes, 0)?.at ?? null;
}

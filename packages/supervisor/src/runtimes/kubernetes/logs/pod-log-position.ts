/** How far the log of a container was read, and how large its spool file was then. */
export interface PodLogPosition {
  /** Time of the piece that was read last, in nanoseconds since the epoch; null before the first. */
  at: string | null;
  /** How many pieces of that very time there were, up to it. */
  count: number;
  /** Bytes of that piece that were read. */
  into: number;
  /** The latest time of all pieces: two streams are written to one log, and their times may be a little out of order. */
  latest: string | null;
  /** Bytes of the spool file behind it. */
  size: number;
  /** Time of the first line of the file of the cluster that it is in; absent where that is not known. */
  file?: string;
}

export const startOfPodLog = (): PodLogPosition => ({ at: null, count: 0, into: 0, latest: null, size: 0 });

const SECOND_NS = 1_000_000_000n;

/**
 * From when on the log is to be asked for: the API cuts it at whole seconds, and a second earlier for pieces that are out of order.
 * Undefined for all of it.
 */
export const sinceOfPodLog = ({ at }: PodLogPosition): bigint | undefined =>
  at === null ? undefined : BigInt(at) - SECOND_NS;

/** Of so many times it is known how many pieces they have: what is out of order is so by a few lines. */
const MOST_TIMES = 256;

/** Counts pieces of the same time, as they stand in the log. */
class PieceCounts {
  readonly #counts = new Map<bigint, number>();

  /** @returns how many of its time there are with this one */
  add(at: bigint): number {
    const count = (this.#counts.get(at) ?? 0) + 1;
    this.#counts.delete(at);
    this.#counts.set(at, count);
    if (this.#counts.size > MOST_TIMES) {
      const [oldest] = this.#counts.keys();
      if (oldest !== undefined) this.#counts.delete(oldest);
    }
    return count;
  }
}

/** Leaves out what was read before a break: everything up to a position in the log, and bytes that were written behind it. */
export class ResumedPodLog {
  readonly #from: PodLogPosition;
  readonly #counts = new PieceCounts();
  readonly #latest: bigint;
  #skip: number;
  #state: 'before' | 'in' | 'behind';
  #found: boolean;
  #count = 0;

  /** @param size of the spool file now */
  constructor(from: PodLogPosition, size: number) {
    this.#from = from;
    this.#latest = BigInt(from.latest ?? from.at ?? 0);
    this.#skip = Math.max(0, size - from.size);
    this.#state = from.at === null ? 'behind' : 'before';
    this.#found = from.at === null;
  }

  /** Whether the piece at which it was is there still; known when something new has come. */
  get found(): boolean {
    return this.#found;
  }

  /** Whether something new has come. */
  get begun(): boolean {
    return this.#state === 'behind';
  }

  /**
   * What of some bytes of a piece is new, and how much of it the spool file has already; null for nothing.
   * `count` is how many pieces of its time there are with this one.
   */
  take({ at, begins, bytes }: { at: bigint; begins: boolean; bytes: Buffer }): {
    fresh: Buffer;
    written: number;
    count: number;
  } | null {
    if (begins) this.#count = this.#counts.add(at);
    const rest = this.#state === 'behind' ? bytes : this.#search(at, begins, bytes);
    if (rest === null) return null;
    const written = Math.min(this.#skip, rest.length);
    this.#skip -= written;
    return { fresh: rest, written, count: this.#count };
  }

  #left = 0;

  #search(at: bigint, begins: boolean, bytes: Buffer): Buffer | null {
    if (this.#state === 'in' && begins) {
      // The piece was read to its end.
      this.#state = 'behind';
      return bytes;
    }
    if (this.#state === 'before') {
      if (at === BigInt(this.#from.at ?? 0) && this.#count === this.#from.count) {
        this.#state = 'in';
        this.#found = true;
        this.#left = this.#from.into;
      } else if (at > this.#latest && begins) {
        // Rotated away.
        this.#state = 'behind';
        return bytes;
      } else return null;
    }
    const read = Math.min(this.#left, bytes.length);
    this.#left -= read;
    if (read === bytes.length) return null;
    this.#state = 'behind';
    return bytes.subarray(read);
  }
}

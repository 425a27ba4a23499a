/** How far one stream of a container's log was read, and how large its spool file was then. */
export interface StreamPosition {
  /** Time of the last piece, in nanoseconds since the epoch; null before the first. */
  at: string | null;
  /** How many pieces of that very time were read. */
  count: number;
  /** Bytes of the spool file behind that piece. */
  size: number;
}

export type LogPosition = Record<'stdout' | 'stderr', StreamPosition>;

export const startOfLog = (): LogPosition => ({
  stdout: { at: null, count: 0, size: 0 },
  stderr: { at: null, count: 0, size: 0 },
});

/** Between the time of a piece and its place in the daemon's file lies much less than this. */
const SLACK_NS = 10_000_000_000n;

/** From when on the log is to be asked for: nothing that was not read is earlier. Undefined for all of it. */
export function sinceOf({ stdout, stderr }: LogPosition): bigint | undefined {
  const times = [stdout, stderr].flatMap(({ at }) => (at === null ? [] : [BigInt(at)]));
  const [first, second = first] = times;
  if (first === undefined || second === undefined) return undefined;
  const [earlier, later] = first < second ? [first, second] : [second, first];
  const floor = later - SLACK_NS;
  // One stream alone: pieces of the other may have come shortly before.
  if (times.length === 1) return floor;
  return earlier > floor ? earlier : floor;
}

/** Leaves out what was read before a break: pieces up to a position, and bytes that were written behind it. */
export class Resumed {
  readonly #from: StreamPosition;
  #seen = 0;
  #skip: number;
  #found = false;
  #begun = false;

  /** @param size of the spool file now */
  constructor(from: StreamPosition, size: number) {
    this.#from = from;
    this.#skip = Math.max(0, size - from.size);
  }

  /** Whether something new has come. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Whether the piece at which it was is there still. */
  get found(): boolean {
    return this.#from.at === null || this.#found;
  }

  /** What of a piece is new; null for nothing, and for a piece that was read whole. */
  take(at: bigint, bytes: Buffer): Buffer | null {
    if (this.#from.at !== null) {
      const last = BigInt(this.#from.at);
      if (at === last) {
        this.#found = true;
        this.#seen += 1;
        if (this.#seen <= this.#from.count) return null;
      } else if (at < last) return null;
    }
    this.#begun = true;
    const skipped = Math.min(this.#skip, bytes.length);
    this.#skip -= skipped;
    return bytes.subarray(skipped);
  }
}

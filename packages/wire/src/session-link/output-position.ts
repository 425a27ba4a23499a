/** Output that is not kept any more: offsets of the session. */
export interface Gap {
  from: number;
  to: number;
}

/** What of a chunk is new, and the gap in front of it. */
export interface OutputPiece {
  gap?: Gap;
  bytes: Uint8Array;
}

/**
 * Where a stream of a session is: which byte of the session the next one of a channel is. Messages overtake
 * data, so a gap may be told before the bytes in front of it have arrived.
 */
export class OutputPosition {
  /** Offset of the session behind the last byte that was taken. */
  taken = 0;
  /** Offset of the session of the channel's next byte; behind `taken` where a channel repeats. */
  #next = 0;
  /** Bytes of the channel that draw the screen, and are none of the session. */
  #drawing = 0;
  #gaps: Gap[] = [];

  /** The first channel. */
  begin(offset: number, drawing: number): void {
    this.taken = offset;
    this.#next = offset;
    this.#drawing = drawing;
    this.#gaps = [];
  }

  /** Another channel goes on. @returns what is missing in between */
  goOn(offset: number, drawing: number): Gap | null {
    this.#next = offset;
    this.#drawing = drawing;
    this.#gaps = [];
    if (offset <= this.taken) return null;
    const gap = { from: this.taken, to: offset };
    this.taken = offset;
    return gap;
  }

  /** @returns it, when it is reached already */
  addGap(gap: Gap): Gap | null {
    if (gap.to <= this.#next) return null;
    this.#gaps.push(gap);
    return this.#passGap();
  }

  /** Parts what has arrived on the channel. */
  *split(chunk: Uint8Array): Generator<OutputPiece> {
    let rest = chunk;
    if (this.#drawing > 0) {
      const bytes = rest.subarray(0, this.#drawing);
      this.#drawing -= bytes.length;
      rest = rest.subarray(bytes.length);
      yield { bytes };
    }
    while (rest.length > 0) {
      const gap = this.#passGap();
      const before = this.#gaps[0] === undefined ? rest.length : this.#gaps[0].from - this.#next;
      const bytes = rest.subarray(0, before);
      rest = rest.subarray(bytes.length);
      const repeated = Math.min(bytes.length, Math.max(0, this.taken - this.#next));
      this.#next += bytes.length;
      this.taken = Math.max(this.taken, this.#next);
      if (repeated < bytes.length || gap !== null) {
        yield { ...(gap === null ? {} : { gap }), bytes: bytes.subarray(repeated) };
      }
    }
    const behind = this.#passGap();
    if (behind !== null) yield { gap: behind, bytes: new Uint8Array() };
  }

  #passGap(): Gap | null {
    const [gap] = this.#gaps;
    if (gap === undefined || gap.from > this.#next) return null;
    this.#gaps.shift();
    const from = Math.max(this.taken, gap.from);
    this.#next = gap.to;
    this.taken = Math.max(this.taken, gap.to);
    return { from, to: gap.to };
  }
}

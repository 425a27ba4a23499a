/** Longer lines are kept in pieces of this size, so that no line can exhaust memory. */
export const MAX_LINE_BYTES = 64 * 1024;

const NEWLINE = 0x0a;

export interface SplitLine {
  /** Without the newline; a carriage return before it stays. */
  bytes: Uint8Array;
  /** The line goes on in the next piece. */
  partial: boolean;
  /** Bytes of input up to and including this line, its newline included, counted from the splitter's first byte. */
  consumed: number;
}

/** Splits bytes into lines of at most {@link MAX_LINE_BYTES}; only the last piece of a line is not partial. */
export class LineSplitter {
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #consumed = 0;

  /** Bytes that wait for their newline; at most {@link MAX_LINE_BYTES}. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** The lines are views of the chunk where they can be: use them before the chunk is filled anew. What is pending is copied. */
  push(chunk: Uint8Array): SplitLine[] {
    const lines: SplitLine[] = [];
    let start = 0;
    while (start < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, start);
      const end = newline === -1 ? chunk.length : newline;
      while (this.#pendingBytes + end - start > MAX_LINE_BYTES) {
        const cut = start + MAX_LINE_BYTES - this.#pendingBytes;
        this.#hold(chunk.subarray(start, cut));
        lines.push(this.#take(true, 0));
        start = cut;
      }
      if (newline === -1) {
        // The caller may reuse its buffer, and a view would keep all of it alive. `slice` of a Buffer is a view.
        this.#hold(Buffer.from(chunk.subarray(start, end)));
        return lines;
      }
      this.#hold(chunk.subarray(start, end));
      lines.push(this.#take(false, 1));
      start = newline + 1;
    }
    return lines;
  }

  /**
   * Gives what has no newline yet: as a partial line, or as a whole one where the input is `complete`.
   * Empty when nothing is pending.
   */
  flush(complete = false): SplitLine[] {
    return this.#pendingBytes === 0 ? [] : [this.#take(!complete, 0)];
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
  }

  #take(partial: boolean, newlineBytes: number): SplitLine {
    const only = this.#pending.length === 1 ? this.#pending[0] : undefined;
    const bytes = only ?? Buffer.concat(this.#pending, this.#pendingBytes);
    this.#consumed += this.#pendingBytes + newlineBytes;
    this.#pending = [];
    this.#pendingBytes = 0;
    return { bytes, partial, consumed: this.#consumed };
  }
}

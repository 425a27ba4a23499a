import type { ByteSink } from '@rig-ops/wire/session-link';

const NEWLINE = 0x0a;
/** A longer line is shown in pieces of this size. */
const MAX_LINE_BYTES = 64 * 1024;

/**
 * Writes whole lines, each behind a prefix, so that the lines of several programs do not run into one another.
 * A line is written once it is complete, what has no newline at the end with one.
 */
export class PrefixedSink implements ByteSink {
  readonly #target: ByteSink;
  readonly #prefix: Uint8Array;
  readonly #show: (line: Uint8Array) => Uint8Array;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  /** `show` makes a line without its newline fit to be seen. */
  constructor(target: ByteSink, prefix: string, show: (line: Uint8Array) => Uint8Array = (line) => line) {
    this.#target = target;
    this.#prefix = Buffer.from(prefix);
    this.#show = show;
  }

  async take(bytes: Uint8Array): Promise<void> {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      this.#keep(bytes.subarray(start, end), lines);
      if (newline < 0) break;
      lines.push(...this.#line());
      start = newline + 1;
    }
    // In one piece: between two writes others may write theirs.
    if (lines.length > 0) await this.#target.take(Buffer.concat(lines));
  }

  /** Behind the last byte: what has no newline yet. */
  async end(): Promise<void> {
    if (this.#pendingBytes > 0) await this.#target.take(Buffer.concat(this.#line()));
  }

  #keep(part: Uint8Array, lines: Uint8Array[]): void {
    let rest = part;
    while (this.#pendingBytes + rest.length > MAX_LINE_BYTES) {
      const room = MAX_LINE_BYTES - this.#pendingBytes;
      this.#push(rest.subarray(0, room));
      lines.push(...this.#line());
      rest = rest.subarray(room);
    }
    if (rest.length > 0) this.#push(rest);
  }

  #push(part: Uint8Array): void {
    // Memory of a frame is not ours to keep.
    this.#pending.push(Uint8Array.from(part));
    this.#pendingBytes += part.length;
  }

  #line(): Uint8Array[] {
    const line = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    return [this.#prefix, this.#show(line), Buffer.of(NEWLINE)];
  }
}

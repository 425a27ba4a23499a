/** Chunks below this size are gathered into blocks, so that a flood of tiny ones costs no more memory than its bytes. */
const SMALL_BYTES = 4 * 1024;
const BLOCK_BYTES = 16 * 1024;

/** Bytes in order, put in and taken out in pieces of any size. It has no bound: the caller has. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  /** Index of the first chunk; the array is cut now and then, since shift() on a long one is slow. */
  #first = 0;
  /** The last chunk, while bytes can still be added to it. */
  #block: { bytes: Uint8Array; used: number } | null = null;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds bytes. Large chunks are kept as they are: hand in a copy where the owner goes on using them. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#length += bytes.length;
    const block = this.#block;
    if (block !== null && block.bytes.length - block.used >= bytes.length) {
      block.bytes.set(bytes, block.used);
      block.used += bytes.length;
      return;
    }
    const idle = block === null && this.#first === this.#chunks.length;
    this.#seal();
    if (bytes.length >= SMALL_BYTES) {
      this.#chunks.push(bytes);
      return;
    }
    if (idle) {
      // A copy, since a small view can pin a much larger receive buffer. Buffer's slice() would not copy.
      this.#chunks.push(new Uint8Array(bytes));
      return;
    }
    const fresh = { bytes: new Uint8Array(BLOCK_BYTES), used: bytes.length };
    fresh.bytes.set(bytes);
    this.#block = fresh;
  }

  /** Takes the next bytes, at most `limit`; null when there are none. */
  shift(limit: number): Uint8Array | null {
    if (this.#first === this.#chunks.length) this.#seal();
    const chunk = this.#chunks[this.#first];
    if (chunk === undefined || limit <= 0) return null;
    const taken = chunk.length <= limit ? chunk : chunk.subarray(0, limit);
    if (taken.length === chunk.length) this.#first += 1;
    else this.#chunks[this.#first] = chunk.subarray(taken.length);
    if (this.#first >= 64 || this.#first === this.#chunks.length) {
      this.#chunks.splice(0, this.#first);
      this.#first = 0;
    }
    this.#length -= taken.length;
    return taken;
  }

  /** Takes everything as one piece. */
  takeAll(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let used = 0;
    for (let piece = this.shift(all.length); piece !== null; piece = this.shift(all.length)) {
      all.set(piece, used);
      used += piece.length;
    }
    return all;
  }

  /** Copies what is left of the chunk pushed last, after which its owner may change it. */
  ownLast(): void {
    const last = this.#chunks.at(-1);
    if (this.#block !== null || last === undefined || this.#first === this.#chunks.length) return;
    this.#chunks[this.#chunks.length - 1] = new Uint8Array(last);
  }

  clear(): void {
    this.#chunks = [];
    this.#first = 0;
    this.#block = null;
    this.#length = 0;
  }

  #seal(): void {
    if (this.#block === null) return;
    this.#chunks.push(this.#block.bytes.subarray(0, this.#block.used));
    this.#block = null;
  }
}

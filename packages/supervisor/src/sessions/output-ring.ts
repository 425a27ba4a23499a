/** Blocks grow with what a session prints: one that prints little takes little. */
const BLOCK_BYTES = { first: 1024, most: 64 * 1024 };
/** Chunks from here on are kept as they are. Each comes in memory of its own, as Node reads a pipe. */
const OWN_BYTES = 16 * 1024;

interface Block {
  /** Offset of its first byte. */
  start: number;
  bytes: Uint8Array;
  used: number;
}

/** The last bytes of a stream, by their offset from its beginning. */
export class OutputRing {
  readonly #capacity: number;
  #blocks: Block[] = [];
  #end = 0;
  #start = 0;
  /** Called with what is about to be dropped. */
  onDrop: ((bytes: Uint8Array) => void) | null = null;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Offset of the oldest byte that is kept. */
  get start(): number {
    return this.#start;
  }

  /** Offset behind the newest byte. */
  get end(): number {
    return this.#end;
  }

  append(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.length > 0) {
      const last = this.#blocks.at(-1);
      const room = last === undefined ? 0 : last.bytes.length - last.used;
      if (room === 0 && rest.length >= OWN_BYTES) {
        this.#blocks.push({ start: this.#end, bytes: rest, used: rest.length });
        this.#end += rest.length;
        break;
      }
      const block = last !== undefined && room > 0 ? last : this.#grow(rest.length, last);
      const taken = rest.subarray(0, block.bytes.length - block.used);
      block.bytes.set(taken, block.used);
      block.used += taken.length;
      this.#end += taken.length;
      rest = rest.subarray(taken.length);
    }
    this.#dropOldest();
  }

  /** Bytes from an offset on, as far as they lie in one piece, which does not change any more; null at the end. */
  read(offset: number, limit: number): Uint8Array | null {
    if (offset < this.#start) throw new RangeError(`Offset ${offset} is not kept any more`);
    if (offset >= this.#end) return null;
    const block = this.#blocks[this.#find(offset)];
    if (block === undefined) return null;
    const from = offset - block.start;
    return block.bytes.subarray(from, Math.min(block.used, from + limit));
  }

  /** Everything that is kept, oldest first. */
  pieces(): Uint8Array[] {
    return this.#blocks.map(({ bytes, used }) => bytes.subarray(0, used));
  }

  clear(): void {
    this.#blocks = [];
    this.#start = this.#end;
  }

  #grow(needed: number, last: Block | undefined): Block {
    const wanted = Math.max(needed, last === undefined ? 0 : 2 * last.bytes.length, BLOCK_BYTES.first);
    const size = Math.min(2 ** Math.ceil(Math.log2(wanted)), BLOCK_BYTES.most);
    const block: Block = { start: this.#end, bytes: new Uint8Array(size), used: 0 };
    this.#blocks.push(block);
    return block;
  }

  #dropOldest(): void {
    for (;;) {
      const [oldest, next] = this.#blocks;
      if (oldest === undefined || next === undefined) return;
      // Whole blocks: what is kept is never less than the capacity.
      if (this.#end - next.start < this.#capacity) return;
      this.onDrop?.(oldest.bytes.subarray(0, oldest.used));
      this.#blocks.shift();
      this.#start = next.start;
    }
  }

  /** Index of the block that has an offset; few are read but the last ones. */
  #find(offset: number): number {
    let index = this.#blocks.length - 1;
    while (index > 0 && (this.#blocks[index]?.start ?? 0) > offset) index -= 1;
    return index;
  }
}

const CHUNK = 256;

/** Heights of many rows: sums, and which row is at a height, without adding all of them up. */
export class RowHeights {
  #chunks: { heights: number[]; sum: number }[] = [];
  #length = 0;
  #total = 0;
  /** Rows at the front of the first chunk that have gone. */
  #gone = 0;

  get length(): number {
    return this.#length;
  }

  get total(): number {
    return this.#total;
  }

  push(height: number): void {
    let last = this.#chunks.at(-1);
    if (last === undefined || last.heights.length >= CHUNK) {
      last = { heights: [], sum: 0 };
      this.#chunks.push(last);
    }
    last.heights.push(height);
    last.sum += height;
    this.#length += 1;
    this.#total += height;
  }

  get(index: number): number {
    const [chunk, at] = this.#find(index);
    return chunk?.heights[at] ?? 0;
  }

  set(index: number, height: number): void {
    const [chunk, at] = this.#find(index);
    if (chunk === undefined) return;
    const more = height - (chunk.heights[at] ?? 0);
    chunk.heights[at] = height;
    chunk.sum += more;
    this.#total += more;
  }

  /** @returns how high they were */
  dropFirst(count: number): number {
    const before = this.#total;
    for (let left = Math.min(count, this.#length); left > 0; left -= 1) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) break;
      const height = chunk.heights[this.#gone] ?? 0;
      chunk.heights[this.#gone] = 0;
      chunk.sum -= height;
      this.#total -= height;
      this.#length -= 1;
      this.#gone += 1;
      if (this.#gone < chunk.heights.length || chunk.heights.length < CHUNK) continue;
      this.#chunks.shift();
      this.#gone = 0;
    }
    return before - this.#total;
  }

  /** Height of everything above a row. */
  offsetOf(index: number): number {
    const whole = index + this.#gone;
    const last = Math.floor(whole / CHUNK);
    let offset = 0;
    for (let at = 0; at < last; at += 1) offset += this.#chunks[at]?.sum ?? 0;
    const { heights } = this.#chunks[last] ?? { heights: [] };
    for (let at = 0; at < whole % CHUNK; at += 1) offset += heights[at] ?? 0;
    return offset;
  }

  /** The row at a height; the last one below everything. */
  indexAt(offset: number): number {
    let left = Math.max(0, offset);
    for (const [number, { heights, sum }] of this.#chunks.entries()) {
      if (left >= sum && number < this.#chunks.length - 1) {
        left -= sum;
        continue;
      }
      let at = number === 0 ? this.#gone : 0;
      for (; at < heights.length - 1 && left >= (heights[at] ?? 0); at += 1) left -= heights[at] ?? 0;
      return Math.max(0, number * CHUNK + at - this.#gone);
    }
    return 0;
  }

  clear(): void {
    this.#chunks = [];
    this.#length = 0;
    this.#total = 0;
    this.#gone = 0;
  }

  #find(index: number): [chunk: { heights: number[]; sum: number } | undefined, at: number] {
    const whole = index + this.#gone;
    return index < 0 || index >= this.#length
      ? [undefined, 0]
      : [this.#chunks[Math.floor(whole / CHUNK)], whole % CHUNK];
  }
}

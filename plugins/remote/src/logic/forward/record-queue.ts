/** Records from whoever tells something to the one who reads, in order; ends when it is closed. */
export class RecordQueue<T> implements AsyncIterable<T> {
  readonly #records: T[] = [];
  #failure: { error: unknown } | undefined;
  #closed = false;
  #wake: (() => void) | undefined;

  push(record: T): void {
    if (this.#closed) return;
    this.#records.push(record);
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** What the reader gets behind the records that are there. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const record = this.#records.shift();
      if (record !== undefined) yield record;
      else if (this.#failure !== undefined) throw this.#failure.error;
      else if (this.#closed) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** What a test tells bit by bit, and any number of followers read, each from where it wants. */
export class Script<T> {
  /** Called before a follower gets an item. */
  onRead: (item: T) => void = () => undefined;
  readonly #items: T[] = [];
  #ended = false;
  #wake = Promise.withResolvers<void>();

  tell(...items: T[]): void {
    this.#items.push(...items);
    this.#stir();
  }

  end(): void {
    this.#ended = true;
    this.#stir();
  }

  async *from(start: number): AsyncGenerator<T> {
    for (let at = start; ; ) {
      const wake = this.#wake.promise;
      for (const item of this.#items.slice(at)) {
        at += 1;
        this.onRead(item);
        yield item;
      }
      if (at < this.#items.length) continue;
      if (this.#ended) return;
      await wake;
    }
  }

  #stir(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

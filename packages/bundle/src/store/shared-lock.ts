const ignore = () => undefined;

/**
 * Lets many at a time share something, or one have it alone. Who shares must not ask for another share
 * before it has ended its own.
 */
export class SharedLock {
  readonly #sharing = new Set<Promise<unknown>>();
  #alone: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  async share<T>(work: () => Promise<T>): Promise<T> {
    const running = this.#alone.then(work);
    const ended = running.then(ignore, ignore).finally(() => this.#sharing.delete(ended));
    this.#sharing.add(ended);
    return await running;
  }

  /** Waits for everybody who came before. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const running = Promise.all([this.#alone, ...this.#sharing]).then(work);
    this.#alone = running.then(ignore, ignore).finally(() => (this.#waiting -= 1));
    return await running;
  }

  get isFree(): boolean {
    return this.#sharing.size === 0 && this.#waiting === 0;
  }
}

interface Waiting {
  readonly weight: number;
  readonly enter: () => void;
}

/** Lets callers through as long as their weights fit together; the others wait in line. */
export class Slots {
  readonly #all: number;
  #free: number;
  readonly #waiting: Waiting[] = [];

  constructor(count: number) {
    this.#all = count;
    this.#free = count;
  }

  /**
   * @param weight slots that the caller takes; one that wants more than there are takes all
   * @returns the release; calling it again does nothing
   * @throws the signal's reason when it aborts while waiting
   */
  async acquire(signal: AbortSignal, weight = 1): Promise<() => void> {
    signal.throwIfAborted();
    const taken = Math.min(weight, this.#all);
    if (this.#waiting.length === 0 && this.#free >= taken) this.#free -= taken;
    else await this.#wait(signal, taken);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#free += taken;
      this.#admit();
    };
  }

  #admit(): void {
    for (let first = this.#waiting[0]; first !== undefined && first.weight <= this.#free; ) {
      this.#waiting.shift();
      this.#free -= first.weight;
      first.enter();
      first = this.#waiting[0];
    }
  }

  #wait(signal: AbortSignal, weight: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = {
      weight,
      enter: () => {
        signal.removeEventListener('abort', leave);
        resolve();
      },
    };
    const leave = () => {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      reject(signal.reason as Error);
      this.#admit();
    };
    this.#waiting.push(waiting);
    signal.addEventListener('abort', leave, { once: true });
    return promise;
  }
}

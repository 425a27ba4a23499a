/** Connections that are carried at once: half of what the protocol allows on one connection to the platform. */
const MOST = 512;

/** Lets so many connections begin as there may be; the rest wait in order for one to end. */
export class ConnectionSlots {
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  /** @returns how to give it back */
  async take(): Promise<() => void> {
    if (this.#taken >= MOST) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#taken += 1;
    return () => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken -= 1;
      else next();
    };
  }
}

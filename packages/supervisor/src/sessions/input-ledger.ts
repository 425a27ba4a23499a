/** Clients that are remembered though they are away; one that was away for longer than so many others begins anew. */
const REMEMBERED = 100;

interface Entry {
  user: string;
  received: number;
}

/**
 * How much of each client's input has been taken. What was taken reaches the program in order, whatever
 * becomes of the channel it came on: a client that comes back sends from here on.
 */
export class InputLedger {
  readonly #clients = new Map<string, Entry>();
  #total = 0;

  /** Bytes of all clients. */
  get total(): number {
    return this.#total;
  }

  /** Whose client it is; undefined for one that is not known. */
  userOf(client: string): string | undefined {
    return this.#clients.get(client)?.user;
  }

  received(client: string): number {
    return this.#clients.get(client)?.received ?? 0;
  }

  /**
   * A client is there, for the first time or again.
   * @param isThere whether a client is attached or waited for: it is not forgotten, however many come
   */
  enter(client: string, user: string, isThere: (client: string) => boolean): void {
    const entry = this.#clients.get(client) ?? { user, received: 0 };
    this.#clients.delete(client);
    this.#clients.set(client, entry);
    for (const oldest of this.#clients.keys()) {
      if (this.#clients.size <= REMEMBERED) return;
      if (oldest !== client && !isThere(oldest)) this.#clients.delete(oldest);
    }
  }

  take(client: string, bytes: number): void {
    const entry = this.#clients.get(client);
    if (entry !== undefined) entry.received += bytes;
    this.#total += bytes;
  }
}

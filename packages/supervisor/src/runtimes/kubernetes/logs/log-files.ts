/**
 * Which of the files of a log is read: a kubelet goes on with another one when the first is full, and has the last alone for whoever
 * asks. A file is known by the time of its first line.
 */
export class LogFiles {
  #current: bigint | null;

  /** @param current as an earlier reader has known it; null for none */
  constructor(current: bigint | null) {
    this.#current = current;
  }

  get current(): bigint | null {
    return this.#current;
  }

  /** Which one is read from now on is not known, and what comes before it is settled. */
  forget(): void {
    this.#current = null;
  }

  /** What is read from now on begins with its first line, and what comes before it is settled. */
  began(first: bigint): void {
    this.#current = first;
  }

  /**
   * @param first of the file that there is now; null for an empty one
   * @param latest time of all that was read
   * @returns whether a follower has gone from one file to the next, and nobody knows whether it had read the first to its end
   */
  saw(first: bigint | null, latest: bigint | null): boolean {
    if (first === null || first === this.#current) return false;
    // It has not come so far: it may be deaf, and have read all of the other.
    if (this.#current !== null && (latest === null || latest < first)) return false;
    const wasKnown = this.#current !== null;
    this.#current = first;
    return wasKnown;
  }
}

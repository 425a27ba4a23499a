/** Counts requests and upgraded connections under way, per instance, also of instances no longer routed. */
export class InFlight {
  readonly #counts = new Map<string, number>();

  /** @returns what ends the count of this one; calling it twice does nothing */
  begin(instance: string): () => void {
    this.#counts.set(instance, (this.#counts.get(instance) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const left = (this.#counts.get(instance) ?? 1) - 1;
      if (left === 0) this.#counts.delete(instance);
      else this.#counts.set(instance, left);
    };
  }

  of(instance: string): number {
    return this.#counts.get(instance) ?? 0;
  }

  snapshot(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  get total(): number {
    let sum = 0;
    for (const count of this.#counts.values()) sum += count;
    return sum;
  }
}

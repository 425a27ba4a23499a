/** Counts requests and upgraded connections under way, per instance, also of instances no longer routed. */
export class InFlight {
  readonly #counts = new Map<string, number>();
  readonly #all = new Set<() => void>();

  /** @returns what ends the count of this one; calling it twice does nothing */
  begin(instance: string): () => void {
    this.#counts.set(instance, (this.#counts.get(instance) ?? 0) + 1);
    const end = () => {
      if (!this.#all.delete(end)) return;
      const left = (this.#counts.get(instance) ?? 1) - 1;
      if (left === 0) this.#counts.delete(instance);
      else this.#counts.set(instance, left);
    };
    this.#all.add(end);
    return end;
  }

  /** Tells later whether any that is under way now still is, and whether any is that has begun since. */
  mark(): { older: () => boolean; newer: () => boolean } {
    const now = new Set(this.#all);
    return {
      older: () => [...now].some((each) => this.#all.has(each)),
      newer: () => [...this.#all].some((each) => !now.has(each)),
    };
  }

  of(instance: string): number {
    return this.#counts.get(instance) ?? 0;
  }

  snapshot(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }

  get total(): number {
    return this.#all.size;
  }
}

/** Tells listeners of signals that a library adds from those that were there before. */
export class ForeignListeners {
  readonly #known: Map<NodeJS.Signals, Set<unknown>>;

  constructor(signals: readonly NodeJS.Signals[]) {
    this.#known = new Map(signals.map((signal) => [signal, new Set<unknown>(process.listeners(signal))]));
  }

  /** Takes away what was added since. */
  remove(): void {
    for (const [signal, known] of this.#known) {
      for (const listener of process.listeners(signal)) {
        if (!known.has(listener)) process.off(signal, listener);
      }
    }
  }
}

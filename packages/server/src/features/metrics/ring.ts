/**
 * The latest values of one metric at one step, as 32-bit floats: NaN where nothing was measured. Times are
 * counted in steps, so that a value is found by its time without being searched.
 */
export class Ring {
  readonly #values: Float32Array;
  /** That of a typed array is asked of its buffer each time. */
  readonly #length: number;
  /** Number of the latest step; -1 before the first. */
  #latest = -1;

  constructor(length: number) {
    this.#values = new Float32Array(length).fill(Number.NaN);
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  get latest(): number {
    return this.#latest;
  }

  /**
   * Sets the value of a step; steps that were left out stay without one. A step before the latest is that of a clock
   * that was set back: what was behind it is of a time that is yet to come, and goes.
   */
  set(step: number, value: number | null): void {
    // By far the most are the next one: no loop for them.
    if (step === this.#latest + 1 && step > 0) {
      this.#values[step % this.length] = value ?? Number.NaN;
      this.#latest = step;
      return;
    }
    const known = this.#latest < 0 ? step : this.#latest;
    const from = Math.max(Math.min(step, known) + 1, Math.max(step, known) - this.length + 1);
    for (let between = from; between < Math.max(step, known + 1); between += 1)
      this.#values[between % this.length] = Number.NaN;
    this.#values[step % this.length] = value ?? Number.NaN;
    this.#latest = step;
  }

  /** The value of a step; null when there is none. */
  get(step: number): number | null {
    if (step > this.#latest || step <= this.#latest - this.length || step < 0) return null;
    const value = this.#values[step % this.length] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  }

  /** Values from one step to another, both included. */
  read(from: number, to: number): (number | null)[] {
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => this.get(from + index));
  }
}

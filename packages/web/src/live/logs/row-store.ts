import type { LogRow } from './log-row.ts';

export interface RowLimits {
  readonly rows: number;
  /** Characters of all rows together. */
  readonly characters: number;
}

/** A page that is open for days stays within so much. */
const usualLimits: RowLimits = { rows: 200_000, characters: 48 * 1024 * 1024 };

/**
 * The latest rows of a log, in order. Each has a number that stays with it; the oldest go when there are more
 * than the limits allow, and are counted.
 */
export class RowStore {
  readonly #limits: RowLimits;
  #rows: LogRow[] = [];
  /** Of what the array holds, so many at its front are gone: cutting it each time would move all of it. */
  #gone = 0;
  #characters = 0;
  /** Number of the first row that is kept: how many have gone. */
  first = 0;
  /** Of the names of what wrote lines, with and without their app, in characters. */
  readonly longest = { app: 0, instance: 0 };

  constructor(limits = usualLimits) {
    this.#limits = limits;
  }

  /** Number behind the last row. */
  get end(): number {
    return this.first + this.length;
  }

  get length(): number {
    return this.#rows.length - this.#gone;
  }

  /** The row of a number; undefined for one that has gone or has not come. */
  at(number: number): LogRow | undefined {
    const index = number - this.first + this.#gone;
    return index < this.#gone ? undefined : this.#rows[index];
  }

  /** @returns how many of the oldest have gone for it */
  append(rows: readonly LogRow[]): number {
    for (const row of rows) {
      this.#rows.push(row);
      this.#characters += row.text.length;
      if (row.type !== 'line') continue;
      const { app, instance } = row;
      this.longest.app = Math.max(this.longest.app, app.length + 1 + instance.length);
      this.longest.instance = Math.max(this.longest.instance, instance.length);
    }
    const { characters, rows: most } = this.#limits;
    let gone = 0;
    while (this.length > 1 && (this.length > most || this.#characters > characters)) {
      this.#characters -= this.#rows[this.#gone]?.text.length ?? 0;
      this.#rows[this.#gone] = gap;
      this.#gone += 1;
      this.first += 1;
      gone += 1;
    }
    if (this.#gone > 4096 && this.#gone > this.length / 4) {
      this.#rows = this.#rows.slice(this.#gone);
      this.#gone = 0;
    }
    return gone;
  }

  clear(): void {
    this.first = this.end;
    this.#rows = [];
    this.#gone = 0;
    this.#characters = 0;
  }
}

/** In the place of one that has gone, so that its text is free. */
const gap: LogRow = { type: 'note', text: '' };

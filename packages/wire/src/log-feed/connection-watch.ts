import type { ConnectionWatch } from './read-log.ts';

/** Tells of a loss once, however many logs it concerns, and once that all of them are back. */
export class SharedConnectionWatch implements ConnectionWatch {
  readonly maxWaitMs: number;
  readonly #note: (text: string) => void;
  #lost = 0;

  constructor(note: (text: string) => void, maxWaitMs: number) {
    this.#note = note;
    this.maxWaitMs = maxWaitMs;
  }

  lost(): void {
    this.#lost += 1;
    if (this.#lost === 1) this.#note('The connection was lost; trying again …');
  }

  back(): void {
    this.#lost -= 1;
    if (this.#lost === 0) this.#note('The connection is back; nothing was missed.');
  }
}

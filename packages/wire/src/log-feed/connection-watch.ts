import type { ConnectionWatch } from './read-log.ts';

/** Tells of a loss once, however many logs it concerns, and once that all of them are back. */
export class SharedConnectionWatch implements ConnectionWatch {
  readonly maxWaitMs: number;
  readonly #told: Pick<ConnectionWatch, 'back' | 'lost'>;
  #lost = 0;

  constructor(told: Pick<ConnectionWatch, 'back' | 'lost'>, maxWaitMs: number) {
    this.#told = told;
    this.maxWaitMs = maxWaitMs;
  }

  lost(): void {
    this.#lost += 1;
    if (this.#lost === 1) this.#told.lost();
  }

  back(): void {
    this.#lost -= 1;
    if (this.#lost === 0) this.#told.back();
  }
}

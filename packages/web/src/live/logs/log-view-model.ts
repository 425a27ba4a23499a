import { computed, signal } from '@preact/signals';
import { LogReader, type ReadPiece, type ReadState } from './log-reader.ts';
import { textOfRow } from './log-row.ts';
import { makeFinder, type TextFinder } from './find-text.ts';

/** Rows a search looks at before it lets the page draw again. */
const SEARCH_AT_ONCE = 20_000;

/** A log that is read and looked at: what has come, whether the view goes along, and what is looked for in it. */
export class LogViewModel {
  /** Changes when rows have come or gone. */
  readonly version = signal(0);
  /** Rows that have gone at the front since somebody looked. */
  readonly gone = signal(0);
  readonly state = signal<ReadState>({ state: 'reading' });
  readonly following = signal(true);
  /** Number behind the last row that was there when the view stopped going along. */
  readonly seenUntil = signal(0);
  readonly wanted = signal('');
  readonly wrongPattern = signal<string | null>(null);
  /** Numbers of rows that have what is looked for, in order. */
  readonly found = signal<readonly number[]>([]);
  /** Which of them somebody is at; -1 for none. */
  readonly at = signal(-1);
  readonly finder = signal<TextFinder | null>(null);
  readonly unseen = computed(() => {
    void this.version.value;
    return this.following.value ? 0 : Math.max(0, this.reader.rows.end - this.seenUntil.value);
  });
  readonly reader = new LogReader(
    (gone) => {
      this.gone.value += gone;
      this.version.value += 1;
      this.#searchOn();
    },
    (state) => {
      this.state.value = state;
    },
  );
  #searchedUntil = 0;
  #searching: ReturnType<typeof setTimeout> | undefined;

  async read(pieces: AsyncIterable<ReadPiece>): Promise<void> {
    await this.reader.read(pieces);
  }

  follow(on: boolean): void {
    if (on === this.following.value) return;
    this.seenUntil.value = this.reader.rows.end;
    this.following.value = on;
  }

  search(wanted: string): void {
    this.wanted.value = wanted;
    this.wrongPattern.value = null;
    this.at.value = -1;
    this.found.value = [];
    this.#searchedUntil = this.reader.rows.first;
    try {
      this.finder.value = makeFinder(wanted);
    } catch (error) {
      this.finder.value = null;
      this.wrongPattern.value = error instanceof Error ? error.message : String(error);
    }
    this.#searchOn();
  }

  /** To the next place that was found, or the one before; from the end first. @returns its row */
  step(direction: 1 | -1): number | null {
    const found = this.found.value;
    if (found.length === 0) return null;
    const from = this.at.value === -1 ? (direction === 1 ? -1 : 0) : this.at.value;
    this.at.value = (from + direction + found.length) % found.length;
    this.follow(false);
    return found[this.at.value] ?? null;
  }

  stop(): void {
    clearTimeout(this.#searching);
    this.reader.stop();
  }

  #searchOn(): void {
    clearTimeout(this.#searching);
    const find = this.finder.peek();
    if (find === null) return;
    const { rows } = this.reader;
    const from = Math.max(rows.first, this.#searchedUntil);
    const until = Math.min(rows.end, from + SEARCH_AT_ONCE);
    const found: number[] = [];
    for (let number = from; number < until; number += 1) {
      const row = rows.at(number);
      if (row !== undefined && find(textOfRow(row)).length > 0) found.push(number);
    }
    this.#searchedUntil = until;
    const before = this.found.peek();
    const kept =
      before[0] !== undefined && before[0] < rows.first
        ? before.filter((number) => number >= rows.first)
        : before;
    if (kept.length < before.length)
      this.at.value = Math.max(-1, this.at.peek() - (before.length - kept.length));
    if (found.length > 0 || kept !== before) this.found.value = [...kept, ...found];
    if (until < rows.end) this.#searching = setTimeout(() => this.#searchOn(), 0);
  }
}

const ESC = '\u001b';

/** A private mode of a terminal is set or reset: DECSET and DECRST, `ESC [ ? 1049 ; 25 h`. */
const CHANGE = new RegExp(`${ESC}\\[\\?([\\d;]{1,40})([hl])`, 'g');
/** What may be the beginning of one, at the end of a piece. */
const BEGUN = new RegExp(`${ESC}(?:\\[(?:\\?[\\d;]{0,40})?)?$`);

/** Modes a terminal begins with set. */
const SET_AT_FIRST = new Set(['7', '25']);

/** Which private modes a program has set, in whatever pieces its output comes. */
export class TerminalModes {
  readonly #set: Map<string, boolean>;
  #rest: string;

  constructor(before?: TerminalModes) {
    this.#set = new Map(before === undefined ? [] : before.#set);
    this.#rest = before === undefined ? '' : before.#rest;
  }

  feed(bytes: Uint8Array): void {
    if (this.#rest === '' && !bytes.includes(0x1b)) return;
    const text = this.#rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    for (const [, numbers = '', action] of text.matchAll(CHANGE)) {
      for (const number of numbers.split(';')) if (number !== '') this.#set.set(number, action === 'h');
    }
    this.#rest = BEGUN.exec(text)?.[0] ?? '';
  }

  isSet(mode: string): boolean {
    return this.#set.get(mode) ?? SET_AT_FIRST.has(mode);
  }

  /** What brings a fresh terminal into these modes, those of `only` if that is given. */
  toSequences(only?: readonly string[]): string {
    return [...this.#set]
      .filter(([mode, set]) => (only?.includes(mode) ?? true) && set !== SET_AT_FIRST.has(mode))
      .map(([mode, set]) => `\u001b[?${mode}${set ? 'h' : 'l'}`)
      .join('');
  }
}

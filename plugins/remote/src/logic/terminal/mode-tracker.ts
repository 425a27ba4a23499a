/** Private modes of a terminal that a program switches on, and that disturb who comes behind it. */
const modesOfInterest = new Set([
  // Cursor keys of an application, reverse video, mouse of X10.
  1, 5, 9,
  // Mouse: clicks, drags, all motion, focus, and how they are told.
  1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016,
  // Bracketed paste, synchronised output, reports of colour scheme and size.
  2004, 2026, 2031, 2048,
]);
/** Modes that are on in a terminal nobody has touched: wrapping and the cursor. */
const onByDefault = new Set([7, 25]);
/** Screens that are put in front of the usual one; 1049 keeps the cursor as well. */
const screens = new Set([47, 1047, 1049]);

const ESC = 0x1b;
/** As far as it is quicker to look oneself. */
const NEAR_BYTES = 64;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;
/** Ends a sequence that sets colours: most of all there are. */
const STYLE = 0x6d;
/** Last bytes of the other sequences that matter. */
const finals = new Set(Array.from('hlumrqp', (character) => character.charCodeAt(0)));
/** Longer ones are text of their own kind (titles, pictures), and are not kept. */
const LONGEST = 256;

const divides = (byte: number | undefined) => byte === 0x5b || byte === 0x3b;

type State = 'ground' | 'escape' | 'sequence' | 'string' | 'string-escape';

/**
 * Reads along what a program writes to a terminal and knows which modes it has left on. Only bytes; a
 * sequence may be cut anywhere. Sequences are those of ECMA-48, xterm and the keyboard protocol of kitty.
 */
export class ModeTracker {
  #state: State = 'ground';
  readonly #sequence = new Uint8Array(LONGEST);
  #length = 0;
  readonly #on = new Set<number>();
  readonly #off = new Set<number>();
  #screen: number | null = null;
  /** Entries on the keyboard stack of either screen. */
  #keyboards = { main: 0, other: 0 };
  #keypad = false;
  #modifyKeys = false;
  #styled = false;
  #scrollRegion = false;
  #graphicSet = false;
  #cursorShape = false;
  #insert = false;

  /** Whether a program shows itself on a screen of its own. */
  get onOtherScreen(): boolean {
    return this.#screen !== null;
  }

  /** What was begun and is not complete: to be sent again when something else was written in between. */
  get unfinished(): Uint8Array {
    return this.#sequence.slice(0, this.#state === 'ground' ? 0 : this.#length);
  }

  /** Whether something else may be written now; not within a long text that the terminal collects. */
  get interruptible(): boolean {
    return this.#state !== 'string' && this.#state !== 'string-escape';
  }

  feed(bytes: Uint8Array): void {
    const shifts = bytes.includes(SHIFT_OUT) || bytes.includes(SHIFT_IN);
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === 'ground') at = this.#skipText(bytes, at, shifts ? bytes.length : at + NEAR_BYTES);
      else {
        this.#step(bytes[at] as number);
        at += 1;
      }
    }
  }

  /** Byte by byte at first: with colours, the way to the next sequence is shorter than a call that looks for it. */
  #skipText(bytes: Uint8Array, from: number, nearBytes: number): number {
    const near = Math.min(bytes.length, nearBytes);
    for (let at = from; at < near; at += 1) {
      const byte = bytes[at] as number;
      if (byte > ESC) continue;
      if (byte === ESC) {
        this.#begin();
        return at + 1;
      }
      // The other set of characters, as drawing programs of old use it.
      if (byte === SHIFT_OUT) this.#graphicSet = true;
      else if (byte === SHIFT_IN) this.#graphicSet = false;
    }
    const next = bytes.indexOf(ESC, near);
    if (next < 0) return bytes.length;
    this.#begin();
    return next + 1;
  }

  /** What brings the terminal back to how it was; empty when nothing is left on. */
  reset(): Uint8Array {
    const parts = [
      this.#state === 'ground' ? '' : '\u001B\\',
      this.#keyboardReset(this.#screen === null ? 'main' : 'other'),
      ...[...this.#on].map((mode) => `\u001B[?${mode}l`),
      this.#screen === null ? '' : `\u001B[?${this.#screen}l${this.#keyboardReset('main')}`,
      ...[...this.#off].map((mode) => `\u001B[?${mode}h`),
      this.#keypad ? '\u001B>' : '',
      this.#modifyKeys ? '\u001B[>4m' : '',
      this.#insert ? '\u001B[4l' : '',
      // Without regions the cursor goes to the corner.
      this.#scrollRegion ? '\u001B7\u001B[r\u001B8' : '',
      this.#graphicSet ? '\u001B(B\u000F' : '',
      this.#cursorShape ? '\u001B[0 q' : '',
      this.#styled ? '\u001B[m' : '',
    ];
    return Buffer.from(parts.join(''));
  }

  /** What brings it back to how the program had it, behind {@link reset}. The screen's content is the program's to draw. */
  restore(): Uint8Array {
    const parts = [
      this.#screen === null ? '' : `\u001B[?${this.#screen}h`,
      ...[...this.#on].map((mode) => `\u001B[?${mode}h`),
      ...[...this.#off].map((mode) => `\u001B[?${mode}l`),
      this.#keypad ? '\u001B=' : '',
    ];
    return Buffer.from(parts.join(''));
  }

  /** Whether the sequence is one of somebody's own, as `>4;2m`. */
  get #isMarked(): boolean {
    const first = this.#sequence[2] as number;
    return first >= 0x3c && first <= 0x3f;
  }

  /** Whether the last parameter of the sequence is 0 or left out. */
  get #endsInZero(): boolean {
    const [before, last] = [this.#sequence[this.#length - 3], this.#sequence[this.#length - 2]];
    return divides(last) || (last === 0x30 && divides(before));
  }

  #keyboardReset(screen: 'main' | 'other'): string {
    const entries = this.#keyboards[screen];
    return entries === 0 ? '' : `\u001B[<${entries}u`;
  }

  #begin(): void {
    this.#state = 'escape';
    this.#sequence[0] = ESC;
    this.#length = 1;
  }

  #step(byte: number): void {
    if (this.#length < LONGEST) {
      this.#sequence[this.#length] = byte;
      this.#length += 1;
    }
    // Cancelled.
    if (byte === 0x18 || byte === 0x1a) this.#state = 'ground';
    else if (this.#state === 'string-escape') this.#state = byte === 0x5c ? 'ground' : 'string';
    else if (this.#state === 'string') {
      if (byte === ESC) this.#state = 'string-escape';
      // The bell ends the commands of an operating system.
      else if (byte === 0x07) this.#state = 'ground';
    } else if (byte === ESC) this.#begin();
    else if (this.#state === 'escape') this.#afterEscape(byte);
    else if (byte >= 0x40 && byte <= 0x7e) {
      this.#state = 'ground';
      if (byte === STYLE && !this.#isMarked) this.#styled = !this.#endsInZero;
      else if (finals.has(byte))
        this.#apply(String.fromCharCode(...this.#sequence.subarray(2, this.#length)));
    }
  }

  #afterEscape(byte: number): void {
    const character = String.fromCharCode(byte);
    const designates = this.#length > 2;
    if (byte >= 0x20 && byte <= 0x2f) return;
    if (designates) {
      if (this.#sequence[1] === 0x28) this.#graphicSet = character !== 'B';
      this.#state = 'ground';
      return;
    }
    if (character === '[') this.#state = 'sequence';
    else if ('PX]^_'.includes(character)) this.#state = 'string';
    else {
      this.#state = 'ground';
      if (character === '=') this.#keypad = true;
      if (character === '>') this.#keypad = false;
      if (character === 'c') this.#clear();
    }
  }

  /** A control sequence, as `?1049h`. */
  #apply(sequence: string): void {
    const match = /^([?>=<!]?)([0-9;:]*)([ -/]*)([@-~])$/.exec(sequence);
    if (match === null) return;
    const [, mark = '', parameters = '', between = '', final = ''] = match;
    const numbers = parameters.split(';').map(Number);
    switch (mark + between + final) {
      case '?h':
        for (const mode of numbers) this.#setMode(mode, true);
        return;
      case '?l':
        for (const mode of numbers) this.#setMode(mode, false);
        return;
      case 'h':
      case 'l':
        if (numbers.includes(4)) this.#insert = final === 'h';
        return;
      case '>u':
        this.#keyboards[this.#screen === null ? 'main' : 'other'] += 1;
        return;
      case '<u':
        this.#popKeyboards(parameters === '' ? 1 : (numbers[0] ?? 1));
        return;
      case '>m':
        if (numbers[0] === 4) this.#modifyKeys = (numbers[1] ?? 0) !== 0;
        return;
      case 'r':
        this.#scrollRegion = parameters !== '';
        return;
      case ' q':
        this.#cursorShape = parameters !== '' && parameters !== '0';
        return;
      case '!p':
        this.#clear();
    }
  }

  #setMode(mode: number, on: boolean): void {
    if (screens.has(mode)) {
      this.#screen = on ? mode : null;
      if (!on) this.#keyboards.other = 0;
    } else if (onByDefault.has(mode)) {
      if (on) this.#off.delete(mode);
      else this.#off.add(mode);
    } else if (modesOfInterest.has(mode)) {
      if (on) this.#on.add(mode);
      else this.#on.delete(mode);
    }
  }

  #popKeyboards(count: number): void {
    const screen = this.#screen === null ? 'main' : 'other';
    this.#keyboards[screen] = Math.max(0, this.#keyboards[screen] - count);
  }

  #clear(): void {
    this.#on.clear();
    this.#off.clear();
    this.#screen = null;
    this.#keyboards = { main: 0, other: 0 };
    this.#keypad = false;
    this.#modifyKeys = false;
    this.#styled = false;
    this.#scrollRegion = false;
    this.#graphicSet = false;
    this.#cursorShape = false;
    this.#insert = false;
  }
}

import { Readable } from 'node:stream';

/** What a mouse did, with the column and row of the screen, from 0. */
export interface MouseReport {
  readonly what: 'press' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
}

/** A terminal to read from, as `process.stdin` is one. */
export interface KeyboardSource extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  ref?(): unknown;
  unref?(): unknown;
}

const ESCAPE = '\u001B';
/** Reports of the mouse, as xterm sends them with mode 1006 (SGR): `ESC [ < button ; column ; row M`, `m` on release. */
const report = new RegExp(`${ESCAPE}\\[<(\\d+);(\\d+);(\\d+)([Mm])`, 'g');
/** What may be the beginning of one. */
const beginning = new RegExp(`${ESCAPE}\\[<[\\d;]{0,20}$`);

/** The keyboard without what the mouse does, which is told apart; raw as long as somebody reads keys. */
export class MouseFilter extends Readable {
  readonly isTTY = true;
  readonly #source: KeyboardSource;
  readonly #onMouse: (report: MouseReport) => void;
  #held = '';
  readonly #onData = (chunk: Buffer | string) => this.#take(chunk.toString());

  constructor(source: KeyboardSource, onMouse: (report: MouseReport) => void) {
    super();
    this.#source = source;
    this.#onMouse = onMouse;
    source.on('end', () => this.push(null));
  }

  override _read(): void {
    // What comes is passed on when it comes.
  }

  setRawMode(raw: boolean): this {
    this.#source.setRawMode?.(raw);
    if (raw) {
      this.#source.on('data', this.#onData);
      this.#source.resume();
    } else {
      this.#source.off('data', this.#onData);
      // What is typed from now on belongs to somebody else.
      this.#source.pause();
    }
    return this;
  }

  ref(): this {
    this.#source.ref?.();
    return this;
  }

  unref(): this {
    this.#source.unref?.();
    return this;
  }

  #take(chunk: string): void {
    const text = this.#held + chunk;
    this.#held = beginning.exec(text)?.[0] ?? '';
    const whole = text.slice(0, text.length - this.#held.length);
    const keys = whole.replace(report, (_, button: string, column: string, row: string, end: string) => {
      const what = meaningOf(Number(button), end === 'M');
      if (what !== null) this.#onMouse({ what, column: Number(column) - 1, row: Number(row) - 1 });
      return '';
    });
    if (keys !== '') this.push(keys);
  }
}

/** Bits 2 to 4 are keys that are held, 5 is movement, 6 the wheel (xterm, "Mouse Tracking"). */
function meaningOf(button: number, isDown: boolean): MouseReport['what'] | null {
  if ((button & 64) !== 0) {
    if ((button & 3) > 1) return null;
    return (button & 1) === 0 ? 'wheel-up' : 'wheel-down';
  }
  return isDown && (button & 35) === 0 ? 'press' : null;
}

/** What moves the cursor within a line, styles, or draws elsewhere: ECMA-48 control and string sequences. */
const SEQUENCE =
  // oxlint-disable-next-line no-control-regex -- these characters are what it is about
  /^\u001B(?:\[([0-?]*)[ -/]*([@-~])|[\]PX^_](?:[^\u0007\u001B]|\u001B(?!\\))*(?:\u0007|\u001B\\)|[ -/]*[0-OQ-WYZ\\`-~])/;
/** Longer than any sequence of worth; one that never ends is printed away. */
const MAX_SEQUENCE = 8 * 1024;
const FULL_SCREEN = new Set(['47', '1047', '1049']);

/**
 * Makes of the output of a terminal the lines that a person has seen: backspaces and carriage returns have
 * done their work, colours and other sequences are gone, and of full-screen programs it is only said that
 * they ran. Text may be cut anywhere.
 */
export class ScreenText {
  #rest = '';
  #line: string[] = [];
  #column = 0;
  #fullScreen = false;

  /** Lines that are finished, each with its newline. */
  take(text: string): string {
    let out = '';
    let left = this.#rest + text;
    this.#rest = '';
    while (left !== '') {
      const code = left.charCodeAt(0);
      if (code === 0x1b) {
        const found = SEQUENCE.exec(left);
        if (found === null) {
          if (left.length > MAX_SEQUENCE) {
            left = left.slice(1);
            continue;
          }
          this.#rest = left;
          break;
        }
        out += this.#sequence(found[1] ?? '', found[2] ?? '');
        left = left.slice(found[0].length);
      } else if (code < 0x20 || code === 0x7f) {
        out += this.#control(code);
        left = left.slice(1);
      } else {
        // oxlint-disable-next-line no-control-regex -- up to the next of them
        const [run = ''] = /^[^\u0000-\u001F\u007F]+/.exec(left) ?? [];
        this.#write(run);
        left = left.slice(run.length);
      }
    }
    return out;
  }

  /** The line that stands unfinished. */
  end(): string {
    const line = this.#text();
    return line === '' ? '' : `${line}\n`;
  }

  #write(run: string): void {
    if (this.#fullScreen) return;
    for (const character of run) {
      while (this.#line.length < this.#column) this.#line.push(' ');
      this.#line[this.#column] = character;
      this.#column += 1;
    }
  }

  #control(code: number): string {
    if (this.#fullScreen) return '';
    if (code === 0x0a) return this.#newline();
    if (code === 0x0d) this.#column = 0;
    if (code === 0x08) this.#column = Math.max(0, this.#column - 1);
    if (code === 0x09) this.#write(' '.repeat(8 - (this.#column % 8)));
    return '';
  }

  #newline(): string {
    const line = this.#text();
    this.#line = [];
    this.#column = 0;
    return `${line}\n`;
  }

  #sequence(parameters: string, final: string): string {
    if (parameters.startsWith('?') && 'hl'.includes(final) && final !== '') {
      if (
        parameters
          .slice(1)
          .split(';')
          .some((mode) => FULL_SCREEN.has(mode))
      )
        return this.#switch(final === 'h');
      return '';
    }
    if (this.#fullScreen) return '';
    const count = Math.min(1_000, Number(parameters === '' ? 1 : parameters) || 1);
    if (final === 'C') this.#column += count;
    if (final === 'D') this.#column = Math.max(0, this.#column - count);
    if (final === 'G') this.#column = count - 1;
    if (final === 'P') this.#line.splice(this.#column, count);
    if (final === '@') this.#line.splice(this.#column, 0, ...Array.from({ length: count }, () => ' '));
    if (final === 'K') this.#erase(parameters);
    return '';
  }

  #erase(parameters: string): void {
    if (parameters === '2') this.#line = [];
    else if (parameters === '1') this.#line.fill(' ', 0, this.#column + 1);
    else this.#line.length = Math.min(this.#line.length, this.#column);
  }

  #switch(on: boolean): string {
    if (on === this.#fullScreen) return '';
    const out = on ? this.end() : '';
    this.#fullScreen = on;
    this.#line = [];
    this.#column = 0;
    return on ? `${out}[a full-screen program]\n` : '';
  }

  #text(): string {
    return Array.from(this.#line, (character) => character ?? ' ')
      .join('')
      .trimEnd();
  }
}

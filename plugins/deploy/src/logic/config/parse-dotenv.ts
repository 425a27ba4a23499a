import { RigError } from '@rig-ops/contract/errors';

export interface DotenvEntry {
  key: string;
  value: string;
  /** Where it begins, from 1. */
  line: number;
}

const KEY = /[A-Za-z_]\w*/y;
const BLANK = /[^\S\n]*/y;
const REST_OF_LINE = /[^\n]*/y;
const EXPORT = /export[^\S\n]+/y;
/** After a closing quote. */
const ENDING = /[^\S\n]*(?:#[^\n]*)?(?=\n|$)/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * The variables of a dotenv file, strictly: what cannot be understood is refused with its line and never
 * guessed, and a name stands once. `docs/config.md` has the rules. No error has a value in it.
 * @param name of the file, for errors
 * @throws RigError `invalid_env_file`
 */
export function parseDotenv(source: string, name: string): DotenvEntry[] {
  return new DotenvReader(source, name).read();
}

class DotenvReader {
  readonly #text: string;
  readonly #name: string;
  #at = 0;

  constructor(source: string, name: string) {
    this.#text = source.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
    this.#name = name;
  }

  read(): DotenvEntry[] {
    const lines = new Map<string, number>();
    const entries: DotenvEntry[] = [];
    while (this.#at < this.#text.length) {
      this.#take(BLANK);
      const entry = this.#isAt('\n', '#', '') ? null : this.#readEntry();
      if (entry !== null) {
        const before = lines.get(entry.key);
        if (before !== undefined)
          throw this.#refuse(entry.line, `${entry.key} is there already, in line ${before}`);
        lines.set(entry.key, entry.line);
        entries.push(entry);
      }
      this.#take(REST_OF_LINE);
      this.#at += 1;
    }
    return entries;
  }

  #readEntry(): DotenvEntry {
    const line = this.#line();
    this.#take(EXPORT);
    const key = this.#take(KEY);
    this.#take(BLANK);
    if (key === '' || !this.#isAt('='))
      throw this.#refuse(
        line,
        key === ''
          ? 'it does not begin with the name of a variable: letters, digits and underscores'
          : 'there is no "=" behind the name, or the name has a character that is not allowed',
      );
    this.#at += 1;
    this.#take(BLANK);
    const quote = this.#text[this.#at] ?? '';
    const value = ['"', "'", '`'].includes(quote) ? this.#readQuoted(quote, key, line) : this.#readPlain();
    return { key, value, line };
  }

  #readPlain(): string {
    // A comment begins behind a blank: the "#" of a colour or of a fragment of a URL does not.
    return this.#take(REST_OF_LINE)
      .replace(/(?:^|\s+)#.*$/, '')
      .trimEnd();
  }

  #readQuoted(quote: string, key: string, line: number): string {
    this.#at += 1;
    let value = '';
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) throw this.#refuse(line, `the ${quote} of ${key} is never closed`);
      this.#at += 1;
      if (char === quote) break;
      if (char === '\\' && quote === '"') {
        const next = this.#text[this.#at] ?? '';
        const escaped = ESCAPES[next] ?? (['"', '\\', '$'].includes(next) ? next : undefined);
        if (escaped !== undefined) this.#at += 1;
        value += escaped ?? char;
      } else value += char;
    }
    const behind = this.#line();
    ENDING.lastIndex = this.#at;
    if (!ENDING.test(this.#text))
      throw this.#refuse(behind, `something stands behind the closing ${quote} of ${key}`);
    return value;
  }

  /** What matches here; moves behind it. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [''];
    this.#at += found.length;
    return found;
  }

  #isAt(...chars: string[]): boolean {
    return chars.includes(this.#text[this.#at] ?? '');
  }

  #line(): number {
    return this.#text.slice(0, this.#at).split('\n').length;
  }

  #refuse(line: number, why: string): RigError {
    return new RigError('invalid_env_file', `${this.#name}, line ${line}: ${why}.`, {
      details: { file: this.#name, line },
    });
  }
}

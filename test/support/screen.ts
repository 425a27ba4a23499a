import { createRequire } from 'node:module';
import type { Terminal } from '@xterm/headless';
import { Pty, type PtyOptions } from './pty.ts';
import { until, type User } from './rig.ts';

// A CommonJS module whose names Node does not find.
const { Terminal: Model } = createRequire(import.meta.url)('@xterm/headless') as {
  Terminal: typeof Terminal;
};

/** A command line of rig in a terminal, and what a person sees of it. */
export class Screen {
  readonly pty: Pty;
  readonly #model: Terminal;
  #drawn = 0;

  constructor(user: User, args: string[], options: PtyOptions = {}) {
    const { columns = 100, rows = 30 } = options;
    this.pty = new Pty(user, args, { ...options, columns, rows });
    this.#model = new Model({ cols: columns, rows, allowProposedApi: true });
  }

  type(...keys: string[]): void {
    for (const key of keys) this.pty.type(key);
  }

  resize(columns: number, rows: number): void {
    this.#model.resize(columns, rows);
    this.pty.resize(columns, rows);
  }

  /** What stands on it now, line by line. */
  async lines(): Promise<string[]> {
    const { shown } = this.pty;
    const fresh = shown.slice(this.#drawn);
    this.#drawn = shown.length;
    await new Promise<void>((resolve) => this.#model.write(fresh, resolve));
    const { active } = this.#model.buffer;
    return Array.from(
      { length: this.#model.rows },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
    );
  }

  /** Whether a program draws on a screen of its own. */
  get isAlternate(): boolean {
    return this.#model.buffer.active.type === 'alternate';
  }

  async shows(pattern: RegExp, limitMs = 60_000): Promise<string> {
    let text = '';
    try {
      return await until(
        `the screen to show ${pattern}`,
        async () => {
          text = (await this.lines()).join('\n');
          return pattern.test(text) ? text : null;
        },
        limitMs,
      );
    } catch (error) {
      throw new Error(`${String(error)}\n${text}`, { cause: error });
    }
  }
}

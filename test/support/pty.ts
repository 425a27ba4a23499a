import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { repository, until, type User } from './rig.ts';

const entry = join(repository, 'bin', 'run.js');

export interface PtyOptions {
  columns?: number;
  rows?: number;
  env?: Record<string, string>;
}

/** A terminal in which one command line of rig runs, and which knows its modes before and behind it. */
export class Pty {
  static #made = 0;
  readonly #pty: IPty;
  readonly #before: string;
  readonly #after: string;
  readonly #chunks: Buffer[] = [];
  readonly #ended = Promise.withResolvers<number>();

  constructor(user: User, args: string[], { columns = 80, rows = 24, env = {} }: PtyOptions = {}) {
    const { PATH = '', HOME = user.folder } = process.env;
    Pty.#made += 1;
    this.#before = join(user.folder, `modes-before-${Pty.#made}`);
    this.#after = join(user.folder, `modes-behind-${Pty.#made}`);
    const script = `stty -g > "$BEFORE"; "$NODE" "$ENTRY" "$@"; code=$?; stty -g > "$AFTER"; exit $code`;
    this.#pty = spawn('bash', ['--norc', '-c', script, 'bash', ...args], {
      cols: columns,
      rows,
      cwd: user.sources,
      encoding: null,
      env: {
        PATH,
        HOME,
        LANG: 'C.UTF-8',
        TERM: 'xterm-256color',
        RIG_HOME: user.home,
        // An agent would outlive the test.
        RIG_AGENT: 'off',
        RIG_CREDENTIAL_STORE: 'file',
        NODE: process.execPath,
        ENTRY: entry,
        BEFORE: this.#before,
        AFTER: this.#after,
        ...env,
      },
    });
    this.#pty.onData((chunk) => this.#chunks.push(chunk as unknown as Buffer));
    this.#pty.onExit(({ exitCode, signal }) => this.#ended.resolve(signal ? 128 + signal : exitCode));
  }

  /** Everything it has shown, as it came. */
  get shown(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows);
  }

  async shows(pattern: RegExp, limitMs = 30_000): Promise<RegExpExecArray> {
    const shown = until(`${pattern} to be shown`, () => pattern.exec(this.shown), limitMs);
    const ended = this.#ended.promise.then((code) => {
      const match = pattern.exec(this.shown);
      if (match === null) throw new Error(`${pattern} was not shown before the end (${code})`);
      return match;
    });
    try {
      return await Promise.race([shown, ended]);
    } catch (error) {
      shown.catch(() => undefined);
      throw new Error(`${String(error)}\n${JSON.stringify(this.shown)}`, { cause: error });
    }
  }

  /** Process id of rig: the child of the shell in the terminal. */
  rigPid(): number {
    const children = readFileSync(`/proc/${this.#pty.pid}/task/${this.#pty.pid}/children`, 'utf8');
    return Number(children.trim().split(' ').at(-1));
  }

  /** Exit code of rig, once it has ended. */
  async ended(): Promise<number> {
    return await this.#ended.promise;
  }

  /** Modes of the terminal before rig and behind it, as `stty -g` tells them. */
  modes(): { before: string; after: string } {
    return { before: readFileSync(this.#before, 'utf8'), after: readFileSync(this.#after, 'utf8') };
  }

  kill(): void {
    this.#pty.kill('SIGKILL');
  }
}

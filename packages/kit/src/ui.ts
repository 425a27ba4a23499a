import { RigError } from '@rig-ops/contract/errors';
import type { Invocation, StandardStreams } from './invocation.ts';
import { layOutTable, type TableColumn } from './table.ts';
import { applyView, type TableView } from './table-view.ts';
import { stripStyles } from './text-width.ts';

export type { TableColumn } from './table.ts';

/** How a command speaks to people. In machine formats nothing of it reaches stdout. */
export interface Ui {
  /** Whether stdout carries documents instead of text. */
  readonly machine: boolean;
  readonly colour: boolean;
  /** Columns of the terminal; 80 where stdout is none. */
  readonly width: number;
  /** Rows of the terminal; null where stdout is none. */
  readonly height: number | null;
  /** Whether a question can be asked. */
  readonly interactive: boolean;
  /** A line, or several, to stdout; nothing in machine formats. */
  print(text: string): void;
  /** A line to stderr: progress and what else is not the result. */
  note(text: string): void;
  /** A warning to stderr. */
  warn(text: string): void;
  /**
   * Prints a table, as --columns, --sort and --filter say; the widest columns give way where the
   * terminal is too narrow. `empty` is what is noted instead where there is no row at all.
   * Throws `usage` for a column it does not have.
   */
  table(rows: Record<string, unknown>[], columns: TableColumn[], options?: { empty?: string }): void;
  style(kind: 'good' | 'bad' | 'warn' | 'dim' | 'strong', text: string): string;
  /** Asks for a yes; throws `confirmation_required` when nobody can be asked, `interrupted` on Ctrl-C. */
  confirm(question: string): Promise<boolean>;
  /** Asks for a word; an empty answer is `suggestion`. Throws `confirmation_required` and `interrupted` as {@link Ui.confirm}. */
  ask(question: string, suggestion: string): Promise<string>;
}

/** Select Graphic Rendition codes, on and off (ECMA-48, 8.3.117). */
const styles = {
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
  dim: [2, 22],
  strong: [1, 22],
} as const;

type Environment = Invocation['env'];

/** Colour and animation are for a terminal of a person. */
function isLively(stream: { readonly isTTY?: boolean }, env: Environment): boolean {
  const off = [env.NO_COLOR, env.CI].some((value) => value !== undefined && value !== '');
  return stream.isTTY === true && !off && env.TERM !== 'dumb';
}

export class TerminalUi implements Ui {
  readonly machine: boolean;
  readonly colour: boolean;
  readonly width: number;
  readonly height: number | null;
  readonly interactive: boolean;
  readonly #streams: StandardStreams;
  readonly #signal: AbortSignal;
  readonly #plainStderr: boolean;
  /** What the user wants of tables. */
  tableView: TableView = {};

  constructor({ machine, streams, env, signal }: Pick<Invocation, 'machine' | 'streams' | 'env' | 'signal'>) {
    this.machine = machine;
    this.#streams = streams;
    this.#signal = signal;
    this.colour = isLively(streams.stdout, env);
    this.#plainStderr = !isLively(streams.stderr, env);
    this.width = Math.max(20, streams.stdout.columns ?? streams.stderr.columns ?? 80);
    this.height = streams.stdout.isTTY === true ? (streams.stdout.rows ?? null) : null;
    this.interactive =
      !machine &&
      streams.stdin.isTTY === true &&
      streams.stderr.isTTY === true &&
      (env.CI === undefined || env.CI === '');
  }

  print(text: string): void {
    if (!this.machine) this.#streams.stdout.write(`${text}\n`);
  }

  note(text: string): void {
    this.#streams.stderr.write(`${this.#plainStderr ? stripStyles(text) : text}\n`);
  }

  warn(text: string): void {
    this.note(`${this.style('warn', 'Warning:')} ${text}`);
  }

  table(rows: Record<string, unknown>[], columns: TableColumn[], { empty }: { empty?: string } = {}): void {
    // What is empty is told in machine formats too: on stderr it is in nobody's way.
    const view = this.machine ? undefined : applyView(rows, columns, this.tableView);
    if (rows.length === 0 && empty !== undefined) this.note(empty);
    else if (view !== undefined) this.#printTable(view.rows, view.columns);
  }

  #printTable(rows: Record<string, unknown>[], columns: TableColumn[]): void {
    for (const line of layOutTable(rows, columns, {
      width: this.#streams.stdout.isTTY === true ? this.width : Number.POSITIVE_INFINITY,
      header: (text) => this.style('dim', text),
    })) {
      this.print(line);
    }
  }

  style(kind: keyof typeof styles, text: string): string {
    if (!this.colour) return text;
    const [on, off] = styles[kind];
    return `\u001B[${on}m${text}\u001B[${off}m`;
  }

  async confirm(question: string): Promise<boolean> {
    // Without an answer there is no yes.
    const answer = await this.#answerTo(`${question} [y/N] `, `${question} Nobody is there to say yes.`);
    return /^y(es)?$/i.test(answer ?? '');
  }

  async ask(question: string, suggestion: string): Promise<string> {
    const answer = await this.#answerTo(
      `${question} [${suggestion}] `,
      `${question} Nobody is there to answer.`,
    );
    if (answer === null) throw new RigError('interrupted', 'The question was not answered.');
    return answer === '' ? suggestion : answer;
  }

  /** Null when stdin ended. */
  async #answerTo(prompt: string, unasked: string): Promise<string | null> {
    if (!this.interactive) throw new RigError('confirmation_required', unasked);
    const { createInterface } = await import('node:readline/promises');
    const asking = createInterface({ input: this.#streams.stdin, output: this.#streams.stderr });
    // A question is not told when stdin ends, as by Ctrl-D.
    const ended = new Promise<null>((resolve) => asking.once('close', () => resolve(null)));
    try {
      const answer = await Promise.race([asking.question(prompt, { signal: this.#signal }), ended]);
      if (answer === null) this.#streams.stderr.write('\n');
      return answer?.trim() ?? null;
    } catch (error) {
      // The question stands on an unfinished line.
      this.#streams.stderr.write('\n');
      throw new RigError('interrupted', 'Interrupted before the question was answered.', { cause: error });
    } finally {
      asking.close();
    }
  }
}

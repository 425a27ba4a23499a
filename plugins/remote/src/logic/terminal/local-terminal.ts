import type { Readable, Writable } from 'node:stream';
import type { Terminal, TerminalSize } from '@rig-ops/contract/channels';
import { StreamSink } from '../byte-sink.ts';
import { makeFullyRaw } from './make-fully-raw.ts';
import { ModeTracker } from './mode-tracker.ts';
import { clearStatus, showStatus } from './status-line.ts';

/** The streams of the process, or what a test gives instead. */
export interface TerminalStreams {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  readonly stdout: Writable & SizedStream;
  readonly stderr: Writable & SizedStream;
}

interface SizedStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What ends a process without a look at its terminal. */
const endings = ['exit', 'uncaughtExceptionMonitor'] as const;
/** Where nobody knows better. */
const usualSize: TerminalSize = { columns: 80, rows: 24 };
/** Lines a terminal may have; those of the contract. */
const MOST = 10_000;
const LF = 0x0a;

const within = (value: number | undefined, usual: number) =>
  value === undefined || value < 1 ? usual : Math.min(value, MOST);

/**
 * The terminal this process was started in. Between {@link enter} and {@link leave} its bytes pass as they
 * are; `leave` gives it back as it was, also when the process ends in another way.
 */
export class LocalTerminal {
  readonly #streams: TerminalStreams;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #sink: StreamSink;
  readonly #modes = new ModeTracker();
  #entered = false;
  #ready = Promise.resolve();
  #status: { otherScreen: boolean } | null = null;
  /** Whether the last that was written has ended its line. */
  #onFreshLine = true;
  readonly #onEnding = () => this.leave();

  constructor(streams: TerminalStreams, env: Readonly<Record<string, string | undefined>>) {
    this.#streams = streams;
    this.#env = env;
    this.#sink = new StreamSink(streams.stdout);
  }

  get size(): TerminalSize {
    const { stdout, stderr } = this.#streams;
    const sized = [stdout, stderr].find(({ isTTY }) => isTTY === true);
    return {
      columns: within(sized?.columns, usualSize.columns),
      rows: within(sized?.rows, usualSize.rows),
    };
  }

  /** Its size and kind as they are now. */
  get description(): Terminal {
    const { TERM, COLORTERM } = this.#env;
    const term = /^[A-Za-z0-9._+-]{1,64}$/.test(TERM ?? '') ? (TERM as string) : 'xterm-256color';
    const colorTerm = /^[A-Za-z0-9._+-]{1,64}$/.test(COLORTERM ?? '') ? COLORTERM : undefined;
    return { ...this.size, term, ...(colorTerm === undefined ? {} : { colorTerm }) };
  }

  get onOtherScreen(): boolean {
    return this.#modes.onOtherScreen;
  }

  /** Keys come one by one and unchanged from now on. */
  enter(): void {
    const { stdin } = this.#streams;
    if (this.#entered || stdin.isTTY !== true) return;
    this.#entered = true;
    for (const ending of endings) process.on(ending, this.#onEnding);
    this.#makeRaw();
  }

  /** Anew, after somebody else had the terminal. */
  enterAgain(): void {
    if (!this.#entered) this.enter();
    else {
      this.#streams.stdin.setRawMode?.(false);
      this.#makeRaw();
    }
    this.#write(this.#modes.restore());
  }

  /** Gives the terminal back. Works where nothing asynchronous comes to pass any more. */
  leave(): void {
    this.clearStatus();
    if (this.#streams.stdout.isTTY === true) this.#write(this.#modes.reset());
    if (!this.#entered) return;
    this.#entered = false;
    for (const ending of endings) process.off(ending, this.#onEnding);
    this.#streams.stdin.setRawMode?.(false);
  }

  /** As {@link leave}, for good: the process may end. `freshLine`: what is said next begins a line. */
  close({ freshLine }: { freshLine: boolean }): void {
    this.leave();
    if (freshLine && !this.#onFreshLine && this.#streams.stdout.isTTY === true)
      this.#write(Buffer.from('\r\n'));
    const { stdin } = this.#streams;
    stdin.pause();
    (stdin as Readable & { unref?: () => void }).unref?.();
  }

  /** Output of the program. */
  async take(bytes: Uint8Array): Promise<void> {
    await this.#ready;
    if (this.#status !== null && !this.#status.otherScreen) this.clearStatus();
    this.#modes.feed(bytes);
    this.#onFreshLine = bytes.at(-1) === LF;
    await this.#sink.take(bytes);
  }

  /** Shows one line beside what the program shows; nothing where that would break something. */
  showStatus(text: string): void {
    if (this.#streams.stdout.isTTY !== true || !this.#modes.interruptible) return;
    this.clearStatus();
    const { onOtherScreen: otherScreen } = this.#modes;
    this.#status = { otherScreen };
    this.#write(showStatus(text, { ...this.size, otherScreen }));
  }

  /** @returns whether the program has to draw anew what stood there */
  clearStatus(): boolean {
    if (this.#status === null) return false;
    const { otherScreen } = this.#status;
    this.#status = null;
    // A program that has left its screen meanwhile took the line along.
    if (otherScreen !== this.#modes.onOtherScreen) return false;
    this.#write(clearStatus({ ...this.size, otherScreen }));
    this.#write(this.#modes.unfinished);
    return otherScreen;
  }

  /** Writes lines among those of the program. */
  print(lines: readonly string[]): void {
    if (!this.#modes.interruptible) return;
    const begin = this.#onFreshLine ? '' : '\r\n';
    this.#onFreshLine = true;
    this.#write(Buffer.from(`${begin}${lines.map((line) => `${line}\r\n`).join('')}`));
    this.#write(this.#modes.unfinished);
  }

  #makeRaw(): void {
    const { stdin } = this.#streams;
    stdin.setRawMode?.(true);
    // Not where a test stands in for the terminal that this process itself was started in.
    if (stdin === process.stdin) this.#ready = makeFullyRaw();
  }

  #write(bytes: Uint8Array): void {
    if (bytes.length > 0 && !this.#streams.stdout.destroyed) this.#streams.stdout.write(bytes);
  }
}

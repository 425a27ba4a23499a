import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';
import type { PlayerScreen, PlayerStatus } from '@rig-ops/wire/recording';
import { drawnStatus } from './status-line.ts';

/** Leaves whatever a program may have switched on; the cursor stays, and nothing is left below it. */
const RESTORE =
  '\u001B[?2026l\u001B7\u001B[r\u001B8\u001B[?7h\u001B[?25h\u001B[?1l\u001B>\u001B(B\u000F\u001B[0m\u001B[J\r\n';

/** Where there is no other screen, leaving it would put the cursor elsewhere. */
const LEAVE_OTHER_SCREEN = '\u001B[?1049l';
// oxlint-disable-next-line no-control-regex -- such a sequence is what it is about
const OTHER_SCREEN = /\u001B\[\?(?:1049|1047|47)([hl])/g;

/** The window of a person, while something is played in it. */
export class TerminalScreen implements PlayerScreen {
  readonly #stdin: ReadStream;
  readonly #stdout: WriteStream;
  #open = false;
  /** Whether what was played is on the other screen of the terminal. */
  #other = false;
  readonly #onExit = () => this.close();
  #onKeys: (text: string) => void = () => undefined;
  readonly #onData = (bytes: Buffer) => this.#onKeys(bytes.toString('latin1'));
  #onResize: () => void = () => undefined;

  constructor(stdin: ReadStream, stdout: WriteStream) {
    this.#stdin = stdin;
    this.#stdout = stdout;
  }

  async showStatus(status: PlayerStatus): Promise<void> {
    const { columns, rows } = this.#stdout;
    await this.write(drawnStatus({ ...status, columns, rows }));
  }

  /** Takes the keys, until {@link close}, which comes by itself when the process exits. */
  open(onKeys: (text: string) => void, onResize: () => void): void {
    this.#open = true;
    this.#onKeys = onKeys;
    this.#onResize = onResize;
    process.on('exit', this.#onExit);
    this.#stdout.on('resize', this.#onResize);
    // What stands in the window goes up into what can be scrolled back to.
    this.#stdout.write('\n'.repeat(Math.max(0, this.#stdout.rows - 1)));
    if (!this.#stdin.isTTY) return;
    this.#stdin.setRawMode(true);
    this.#stdin.on('data', this.#onData);
    this.#stdin.resume();
  }

  async write(text: string): Promise<void> {
    for (const [, set] of text.matchAll(OTHER_SCREEN)) this.#other = set === 'h';
    const stdout = this.#stdout;
    if (text === '' || stdout.write(text) || stdout.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        for (const event of ['drain', 'close', 'error']) stdout.off(event, done);
        resolve();
      };
      for (const event of ['drain', 'close', 'error']) stdout.on(event, done);
    });
  }

  /** The window as it was; may be called again. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.off('exit', this.#onExit);
    this.#stdout.off('resize', this.#onResize);
    if (this.#stdin.isTTY) {
      this.#stdin.off('data', this.#onData);
      this.#stdin.setRawMode(false);
      this.#stdin.pause();
    }
    try {
      // At once: nothing is written any more while a process exits.
      writeSync(1, `${this.#other ? LEAVE_OTHER_SCREEN : ''}${RESTORE}`);
    } catch {
      // The window is gone.
    }
  }
}

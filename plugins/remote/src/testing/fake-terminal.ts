import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { TerminalRun } from '../logic/terminal/run-terminal.ts';

/** A terminal of a test: what is typed, what is shown, and whether it is raw. */
export class FakeTerminal {
  readonly raw: boolean[] = [];
  readonly signals = new EventEmitter();
  readonly #shown: Buffer[] = [];
  readonly streams: TerminalRun['streams'] & { stdin: PassThrough; stdout: PassThrough };
  #onShown = Promise.withResolvers<void>();

  constructor({ columns = 80, rows = 24 } = {}) {
    const output = () => Object.assign(new PassThrough(), { isTTY: true, columns, rows });
    this.streams = {
      stdin: Object.assign(new PassThrough(), {
        isTTY: true,
        setRawMode: (raw: boolean) => this.raw.push(raw),
      }),
      stdout: output(),
      stderr: output(),
    };
    this.streams.stdout.on('data', (chunk: Buffer) => {
      this.#shown.push(chunk);
      const { resolve } = this.#onShown;
      this.#onShown = Promise.withResolvers();
      resolve();
    });
  }

  type(text: string): void {
    this.streams.stdin.write(text);
  }

  resize(columns: number, rows: number): void {
    Object.assign(this.streams.stdout, { columns, rows });
    this.streams.stdout.emit('resize');
  }

  /** Everything so far, ESC as ^. */
  get shown(): string {
    return Buffer.concat(this.#shown).toString().replaceAll('\u001B', '^');
  }

  async shows(text: string): Promise<void> {
    while (!this.shown.includes(text)) await this.#onShown.promise;
  }
}

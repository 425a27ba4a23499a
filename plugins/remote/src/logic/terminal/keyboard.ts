import type { Readable } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';
import type { EscapeCommand, EscapeKeys } from './escape-keys.ts';

export interface KeyboardOptions {
  keys: EscapeKeys;
  /** Resolves when more can be taken. */
  onBytes: (bytes: Uint8Array) => Promise<void>;
  onCommand: (command: EscapeCommand) => void;
  onEnd: () => void;
  onError: (error: RigError) => void;
}

/** Reads what is typed, byte for byte, no faster than it is taken. */
export class Keyboard {
  readonly #stdin: Readable;
  readonly #options: KeyboardOptions;
  #stopped = false;
  readonly #onData = (chunk: Buffer) => void this.#take(chunk);
  readonly #onEnd = () => this.#options.onEnd();
  readonly #onError = (error: NodeJS.ErrnoException) => {
    // A terminal that was closed.
    if (error.code === 'EIO') this.#options.onEnd();
    else {
      const reason = error.code ?? error.message;
      const message = `stdin could not be read (${reason}).`;
      this.#options.onError(new RigError('invalid_input', message, { cause: error }));
    }
  };

  constructor(stdin: Readable, options: KeyboardOptions) {
    this.#stdin = stdin;
    this.#options = options;
    stdin.on('data', this.#onData);
    stdin.on('end', this.#onEnd);
    stdin.on('error', this.#onError);
    if (stdin.readableEnded) options.onEnd();
  }

  /** What is typed from now on belongs to somebody else. */
  stop(): void {
    this.#stopped = true;
    this.#stdin.off('data', this.#onData);
    this.#stdin.off('end', this.#onEnd);
    this.#stdin.pause();
  }

  async #take(chunk: Buffer): Promise<void> {
    const { keys, onBytes, onCommand } = this.#options;
    const taken: Promise<void>[] = [];
    for (const typed of keys.feed(chunk)) {
      // What stands behind `~.` was not meant for the program.
      if (this.#stopped) return;
      if ('command' in typed) onCommand(typed.command);
      else taken.push(onBytes(typed.bytes));
    }
    this.#stdin.pause();
    await Promise.all(taken);
    if (!this.#stopped) this.#stdin.resume();
  }
}

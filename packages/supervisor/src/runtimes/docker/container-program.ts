import { PassThrough, type Duplex, type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TerminalSize } from '@rig-ops/contract/channels';
import { readFrames } from '@rig-ops/docker';
import type { Outcome } from '../../proc/spawn-program.ts';
import type { SessionProgram } from '../../sessions/program.ts';

const END_OF_TRANSMISSION = 4;
const LINE_FEED = 10;

export interface ContainerProgramOptions {
  /** Both directions, as the daemon has answered them. */
  both: Duplex;
  terminal: boolean;
  pid: number;
  ended: Promise<Outcome>;
  resize: (size: TerminalSize) => Promise<void>;
  signal: (name: NodeJS.Signals) => Promise<void>;
}

/** A program in a container, with a terminal or with pipes that the daemon holds. */
export class ContainerProgram implements SessionProgram {
  readonly identity: { pid: number; startTime: string };
  readonly ended: Promise<Outcome>;
  readonly stdout = new PassThrough();
  readonly stderr: PassThrough | null;
  readonly #options: ContainerProgramOptions;
  #lastByte = LINE_FEED;
  #inputEnded = false;
  #takesInput = true;
  /** Settles when the last signal has arrived: what is typed behind it comes behind it. */
  #signalled: Promise<void> = Promise.resolve();

  constructor(options: ContainerProgramOptions) {
    const { both, terminal, pid, ended } = options;
    this.#options = options;
    this.identity = { pid, startTime: '' };
    this.ended = ended;
    this.stderr = terminal ? null : new PassThrough();
    both.on('error', () => both.destroy());
    both.once('close', () => {
      this.#takesInput = false;
    });
    void this.#carry();
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    await this.#signalled;
    if (!this.#takesInput || this.#inputEnded) return false;
    if (bytes.length > 0) this.#lastByte = bytes.at(-1) ?? LINE_FEED;
    return await new Promise<boolean>((resolve) => {
      const gone = () => resolve(false);
      this.#options.both.once('close', gone);
      this.#options.both.write(bytes, (error) => {
        this.#options.both.off('close', gone);
        resolve(error == null);
      });
    });
  }

  /** A terminal has no end of its own: the character for it is typed, twice where a line is open (termios(3)). */
  endInput(): void {
    if (this.#inputEnded) return;
    if (this.#options.terminal) {
      const count = this.#lastByte === LINE_FEED ? 1 : 2;
      void this.#endTyping(new Uint8Array(count).fill(END_OF_TRANSMISSION));
      return;
    }
    void this.#endPipe();
  }

  async #endTyping(bytes: Uint8Array): Promise<void> {
    await this.write(bytes);
    this.#inputEnded = true;
  }

  async #endPipe(): Promise<void> {
    await this.#signalled;
    this.#inputEnded = true;
    if (this.#takesInput) this.#options.both.end();
  }

  resize(size: TerminalSize): void {
    if (!this.#options.terminal) return;
    // It has ended; its stream tells so.
    void this.#options.resize(size).catch(() => undefined);
  }

  signal(name: NodeJS.Signals): void {
    this.#signalled = this.#signalled.then(() => this.#options.signal(name)).catch(() => undefined);
  }

  failure(): null {
    return null;
  }

  close(): void {
    this.#options.both.destroy();
    this.stdout.destroy();
    this.stderr?.destroy();
  }

  async #carry(): Promise<void> {
    const { both, terminal } = this.#options;
    try {
      if (terminal) {
        for await (const bytes of withoutEnd(both)) await pour(this.stdout, bytes);
      } else {
        for await (const { stream, bytes } of readFrames(withoutEnd(both)))
          await pour(stream === 'stdout' ? this.stdout : (this.stderr ?? this.stdout), bytes);
      }
    } catch {
      // The daemon has gone, or nobody wants the rest.
    }
    this.stdout.end();
    this.stderr?.end();
  }
}

/** Node's own iteration would end the other direction as well. */
const withoutEnd = (both: Duplex): AsyncIterable<Buffer> =>
  both.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;

async function pour(to: PassThrough, bytes: Buffer): Promise<void> {
  if (to.destroyed || to.write(bytes)) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      to.off('drain', done);
      to.off('close', done);
      resolve();
    };
    to.on('drain', done);
    to.on('close', done);
  });
}

const LOOK_MS = { least: 10, most: 500 };

/** Resolves when `look` answers something; asked again soon when `hint` settles, and now and then otherwise. */
export async function pollOutcome<T>(look: () => Promise<T | null>, hint: Readable): Promise<T> {
  let soon = hint.closed || hint.readableEnded;
  const over = new Promise<void>((resolve) => {
    for (const event of ['end', 'close'])
      hint.once(event, () => {
        soon = true;
        resolve();
      });
  });
  for (let pause = LOOK_MS.least; ; pause = Math.min(LOOK_MS.most, pause * 2)) {
    const found = await look();
    if (found !== null) return found;
    if (soon) await sleep(Math.min(pause, 100));
    else await Promise.race([over, sleep(pause, undefined, { ref: false })]);
  }
}

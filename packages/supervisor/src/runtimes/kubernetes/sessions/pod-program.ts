import type { Readable } from 'node:stream';
import type { TerminalSize } from '@rig-ops/contract/channels';
import type { ClusterExec, ExecEnd } from '@rig-ops/kubernetes';
import type { Outcome } from '../../../proc/spawn-program.ts';
import type { SessionProgram } from '../../../sessions/program.ts';
import { outcomeOfCode } from '../../outcome-of-code.ts';

const END_OF_TRANSMISSION = 4;
const LINE_FEED = 10;
const MOST_FRAME_BYTES = 64 * 1024;
/** Nothing, and something: a connection that is silent for long is cut. */
const NOTHING = Buffer.from([0xff, 0xff, 0xff, 0xff]);
const STIR_MS = 5 * 60_000;

/** How its stdin is told: `typed` on a terminal, `plain` where its end can be told beside it, `frames` with its end among them. */
export type InputKind = 'typed' | 'plain' | 'frames';

export interface PodProgramOptions {
  exec: ClusterExec;
  input: InputKind;
  stdout: Readable;
  stderr: Readable | null;
  /** In its container. */
  pid: number;
  signal: (name: NodeJS.Signals) => Promise<void>;
}

/** A program in a pod, at the other end of a connection to the API server. */
export class PodProgram implements SessionProgram {
  readonly identity: { pid: number; startTime: string };
  readonly ended: Promise<Outcome>;
  readonly stdout: Readable;
  readonly stderr: Readable | null;
  readonly #options: PodProgramOptions;
  readonly #stirred: NodeJS.Timeout | null;
  #lastByte = LINE_FEED;
  #inputEnded = false;
  #isOver = false;
  /** Settles when the last signal has arrived: what is typed behind it comes behind it. */
  #before: Promise<void> = Promise.resolve();
  #failure: string | null = null;

  constructor(options: PodProgramOptions) {
    const { exec, input, pid, stderr, stdout } = options;
    this.#options = options;
    this.identity = { pid, startTime: '' };
    this.stdout = stdout;
    this.stderr = stderr;
    this.#stirred = input === 'frames' ? setInterval(() => void this.#stir(), STIR_MS).unref() : null;
    this.ended = exec.ended.then((end) => this.#outcomeOf(end));
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    await this.#before;
    if (this.#inputEnded || this.#isOver) return false;
    if (bytes.length > 0) this.#lastByte = bytes.at(-1) ?? LINE_FEED;
    const { exec, input } = this.#options;
    if (input !== 'frames') return await exec.write(bytes);
    let taken = true;
    for (let from = 0; from < bytes.length && !this.#isOver; from += MOST_FRAME_BYTES)
      taken = await exec.write(frame(bytes.subarray(from, from + MOST_FRAME_BYTES)));
    return taken;
  }

  /** Its program has ended: nothing that is sent now would be taken, and the end of it is what is waited for. */
  isOver(): void {
    const { exec, input } = this.#options;
    if (input === 'typed' || this.#isOver) return;
    this.#isOver = true;
    if (this.#inputEnded) return;
    const last = input === 'frames' ? exec.write(frame(new Uint8Array())) : exec.endInput();
    void last.catch(() => undefined);
  }

  /** A terminal has no end of its own: the character for it is typed, twice where a line is open (termios(3)). */
  endInput(): void {
    if (this.#inputEnded) return;
    void this.#endInput().catch(() => undefined);
  }

  resize(size: TerminalSize): void {
    // It has ended; its stream tells so.
    if (this.#options.input === 'typed') void this.#options.exec.resize(size).catch(() => undefined);
  }

  signal(name: NodeJS.Signals): void {
    this.#before = this.#before.then(async () => await this.#options.signal(name)).catch(() => undefined);
  }

  failure(): string | null {
    return this.#failure;
  }

  close(): void {
    if (this.#stirred !== null) clearInterval(this.#stirred);
    this.#options.exec.close();
    this.stdout.destroy();
    this.stderr?.destroy();
  }

  async #endInput(): Promise<void> {
    const { exec, input } = this.#options;
    if (input === 'typed') {
      const count = this.#lastByte === LINE_FEED ? 1 : 2;
      await this.write(new Uint8Array(count).fill(END_OF_TRANSMISSION));
    } else await this.#before;
    this.#inputEnded = true;
    if (this.#isOver) return;
    if (input === 'frames') await exec.write(frame(new Uint8Array()));
    else if (input === 'plain') await exec.endInput();
  }

  async #stir(): Promise<void> {
    if (!this.#isOver) await this.#options.exec.write(NOTHING);
  }

  #outcomeOf(end: ExecEnd): Outcome {
    if (this.#stirred !== null) clearInterval(this.#stirred);
    if (end.type === 'exited') return outcomeOfCode(end.exitCode);
    if (end.type === 'refused') this.#failure = end.message;
    return { exitCode: null, signal: null };
  }
}

/** Bytes behind their number; without any, it is the end. */
export function frame(bytes: Uint8Array): Buffer {
  const all = Buffer.allocUnsafe(4 + bytes.length);
  all.writeUInt32BE(bytes.length, 0);
  all.set(bytes, 4);
  return all;
}

import type { SessionProgram } from './program.ts';
import type { ScreenSource } from './draw-screen.ts';
import { TerminalModes } from './terminal-modes.ts';
import { type OnData, SessionOutput } from './session-output.ts';

/** The output streams of a session; one that has a terminal has no stderr. */
export class SessionOutputs {
  readonly stdout: SessionOutput;
  readonly stderr: SessionOutput | null;
  /** Of a terminal, by what is not kept any more. */
  readonly #dropped = new TerminalModes();

  constructor(
    { stdout, stderr }: SessionProgram,
    onData: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => ReturnType<OnData>,
  ) {
    this.stdout = new SessionOutput(stdout, (bytes) => onData('stdout', bytes));
    if (stderr === null) this.stdout.ring.onDrop = (bytes) => this.#dropped.feed(bytes);
    this.stderr = stderr && new SessionOutput(stderr, (bytes) => onData('stderr', bytes));
  }

  /** Bytes so far. */
  get bytes(): { stdout: number; stderr: number } {
    return { stdout: this.stdout.bytes, stderr: this.stderr?.bytes ?? 0 };
  }

  /** Offsets of the oldest bytes that are kept. */
  get oldest(): { stdout: number; stderr: number } {
    return { stdout: this.stdout.ring.start, stderr: this.stderr?.ring.start ?? 0 };
  }

  /** What was printed on a terminal, and in which modes it was before and is now. */
  get screen(): Pick<ScreenSource, 'pieces' | 'before' | 'now'> {
    const pieces = this.stdout.ring.pieces();
    const now = new TerminalModes(this.#dropped);
    for (const piece of pieces) now.feed(piece);
    return { pieces, before: new TerminalModes(this.#dropped), now };
  }

  /**
   * The program has ended: resolves when its last bytes are here.
   * @param failure why it was not started; null where it was
   */
  async finish(failure: string | null): Promise<void> {
    if (failure !== null) this.stdout.say(`The program could not be started: ${failure}\r\n`);
    await Promise.all([this.stdout.finish(), this.stderr?.finish()]);
  }

  clear(): void {
    this.stdout.ring.clear();
    this.stderr?.ring.clear();
  }
}

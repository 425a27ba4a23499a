import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { ReadStream } from 'node:tty';
import type { TerminalSize } from '@rig-ops/contract/channels';
import type { Outcome, Program, StartFailure } from '../proc/spawn-program.ts';
import { explainStart } from '../proc/explain-start.ts';
import { signalGroup } from '../proc/process-group.ts';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import { readProcess } from '../proc/process-table.ts';
import { loadPty } from './load-pty.ts';
import type { SessionProgram } from './program.ts';
import { PtyInput } from './pty-input.ts';

const END_OF_TRANSMISSION = 4;
const LINE_FEED = 10;

/** A program with a terminal of its own: one stream both ways. */
export class PtyProgram implements SessionProgram {
  readonly identity: ProcessIdentity;
  readonly ended: Promise<Outcome>;
  readonly stdout: ReadStream;
  readonly stderr = null;
  readonly #fd: number;
  readonly #input: PtyInput;
  #lastByte = LINE_FEED;
  #inputEnded = false;
  #over = false;

  private constructor(fd: number, identity: ProcessIdentity, ended: Promise<Outcome>) {
    this.#fd = fd;
    this.identity = identity;
    this.ended = ended;
    this.#input = new PtyInput(fd);
    this.stdout = new ReadStream(fd);
    // EIO is how a terminal says that nobody has it open any more.
    this.stdout.on('error', () => this.stdout.destroy());
    this.stdout.once('close', () => {
      this.#over = true;
      this.#input.close();
    });
  }

  /** The terminal has its size before the program begins. */
  static async start(program: Program, size: TerminalSize): Promise<PtyProgram | StartFailure> {
    // The program is started in a child that has nobody to tell what went wrong.
    const startError = explainStart(program.becomes ?? program);
    if (startError !== null) return { startError };
    const { native, helperPath } = loadPty();
    const { argv, cwd, env } = program;
    const [file = '', ...args] = argv;
    const { promise: ended, resolve } = Promise.withResolvers<Outcome>();
    const environment = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    try {
      const { fd, pid } = native.fork(
        file,
        args,
        environment,
        cwd,
        size.columns,
        size.rows,
        -1,
        -1,
        true,
        helperPath,
        (code, signal) => resolve(outcomeOf(code, signal)),
      );
      const row = await readProcess(pid);
      return new PtyProgram(fd, { pid, startTime: row?.startTime ?? '' }, ended);
    } catch (error) {
      return { startError: error instanceof Error ? error.message : String(error) };
    }
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (bytes.length > 0) this.#lastByte = bytes.at(-1) ?? LINE_FEED;
    return await this.#input.write(bytes);
  }

  /** A terminal has no end of its own: the character for it is typed, twice where a line is open (termios(3)). */
  endInput(): void {
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    const count = this.#lastByte === LINE_FEED ? 1 : 2;
    void this.#input.write(new Uint8Array(count).fill(END_OF_TRANSMISSION));
  }

  resize({ columns, rows }: TerminalSize): void {
    if (this.#over) return;
    try {
      loadPty().native.resize(this.#fd, columns, rows);
    } catch {
      // The terminal is gone; its stream tells so.
    }
  }

  signal(name: NodeJS.Signals): void {
    signalGroup(this.#foreground() ?? this.identity.pid, name);
  }

  close(): void {
    this.stdout.destroy();
  }

  /** Process group that the terminal belongs to now: field 8 of proc_pid_stat(5). */
  #foreground(): number | null {
    try {
      const stat = readFileSync(`/proc/${this.identity.pid}/stat`, 'latin1');
      const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[5]);
      return group > 1 ? group : null;
    } catch {
      return null;
    }
  }
}

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

const outcomeOf = (code: number, signal: number): Outcome =>
  signal > 0
    ? { exitCode: 128 + signal, signal: signalNames.get(signal) ?? `SIG${signal}` }
    : { exitCode: code, signal: null };

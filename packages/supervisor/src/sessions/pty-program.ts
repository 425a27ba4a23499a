import { closeSync, constants, openSync, readFileSync, rmSync } from 'node:fs';
import { constants as system } from 'node:os';
import { ReadStream } from 'node:tty';
import type { TerminalSize } from '@rig-ops/contract/channels';
import type { Outcome, Program, StartFailure } from '../proc/spawn-program.ts';
import { describeLaunchFailure } from '../isolation/describe-launch-failure.ts';
import { tellingErrorsIn } from '../isolation/launcher.ts';
import { explainStart } from '../proc/explain-start.ts';
import { signalGroup } from '../proc/process-group.ts';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import { readProcess } from '../proc/process-table.ts';
import { loadPty } from './load-pty.ts';
import type { SessionProgram } from './program.ts';
import { PtyInput } from './pty-input.ts';

const END_OF_TRANSMISSION = 4;
const LINE_FEED = 10;

interface StartedPty {
  fd: number;
  identity: ProcessIdentity;
  ended: Promise<Outcome>;
  program: Program;
  /** Path of the file where is said why it was not started, if it was not. */
  errors: string;
}

/** A program with a terminal of its own: one stream both ways. */
export class PtyProgram implements SessionProgram {
  readonly identity: ProcessIdentity;
  readonly ended: Promise<Outcome>;
  readonly stdout: ReadStream;
  readonly stderr = null;
  readonly #fd: number;
  readonly #input: PtyInput;
  readonly #program: Program;
  readonly #errors: string;
  #lastByte = LINE_FEED;
  #inputEnded = false;
  #over = false;

  private constructor({ fd, identity, ended, program, errors }: StartedPty) {
    this.#fd = fd;
    this.#program = program;
    this.#errors = errors;
    this.identity = identity;
    this.ended = ended;
    this.#input = new PtyInput(fd);
    this.stdout = new ReadStream(fd);
    // EIO is how a terminal says that nobody has it open any more. From its end on the number is another file's.
    for (const event of ['error', 'end', 'close']) this.stdout.once(event, () => this.#letGo());
  }

  /**
   * The terminal has its size before the program begins.
   * @param errors path where a file can be made for a moment
   */
  static async start(given: Program, size: TerminalSize, errors: string): Promise<PtyProgram | StartFailure> {
    // The program is started in a child that has nobody to tell what went wrong.
    const startError = explainStart(given.becomes ?? given);
    if (startError !== null) return { startError };
    const program = given.becomes === undefined ? given : tellingErrorsIn(given, errors);
    const { native, helperPath } = loadPty();
    const { argv, cwd, env } = program;
    const [file = '', ...args] = argv;
    const { promise: ended, resolve } = Promise.withResolvers<Outcome>();
    // Programs close their streams before they end, and one that has no terminal any more is ended by SIGHUP: it has
    // one until its end was seen.
    let held: number | null = null;
    const environment = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    try {
      const { fd, pid, pty } = native.fork(
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
        (code, signal) => {
          if (held !== null) closeSync(held);
          held = null;
          resolve(outcomeOf(code, signal));
        },
      );
      held = openSlave(pty);
      const row = await readProcess(pid);
      const identity = { pid, startTime: row?.startTime ?? '' };
      return new PtyProgram({ fd, identity, ended, program, errors });
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

  failure(): string | null {
    if (this.#program.becomes === undefined) return null;
    let said = '';
    try {
      said = readFileSync(this.#errors, 'utf8');
      rmSync(this.#errors, { force: true });
    } catch {
      // It was not said that anything is wrong.
    }
    return said === '' ? null : describeLaunchFailure(said, this.#program);
  }

  close(): void {
    this.#letGo();
    this.stdout.destroy();
  }

  #letGo(): void {
    this.#over = true;
    this.#input.close();
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

/** Null where it cannot be had: then some programs seem to end by SIGHUP. */
function openSlave(path: string): number | null {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  } catch {
    return null;
  }
}

const signalNames = new Map(Object.entries(system.signals).map(([name, number]) => [number, name]));

const outcomeOf = (code: number, signal: number): Outcome =>
  signal > 0
    ? { exitCode: 128 + signal, signal: signalNames.get(signal) ?? `SIG${signal}` }
    : { exitCode: code, signal: null };

import { type Outcome, type Program, type StartFailure, spawnProgram } from '../proc/spawn-program.ts';
import { signalGroup } from '../proc/process-group.ts';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import type { Pipes } from './open-pipes.ts';
import type { SessionProgram } from './program.ts';

/** A program with three pipes. */
export class PipeProgram implements SessionProgram {
  readonly identity: ProcessIdentity;
  readonly ended: Promise<Outcome>;
  readonly #pipes: Pipes;
  #takesInput = true;

  private constructor(identity: ProcessIdentity, ended: Promise<Outcome>, pipes: Pipes) {
    this.identity = identity;
    this.ended = ended;
    this.#pipes = pipes;
    // A program may close its stdin; that is no error.
    pipes.stdin.on('error', () => pipes.stdin.destroy());
    pipes.stdin.once('close', () => {
      this.#takesInput = false;
      void pipes.lateReaders.release(ended).then(() => pipes.lateReaders.close());
    });
  }

  /** The pipes are its own from here on. */
  static async start(program: Program, pipes: Pipes): Promise<PipeProgram | StartFailure> {
    const started = await spawnProgram(program, pipes.fds).finally(() => pipes.closeFds());
    if (!('startError' in started)) return new PipeProgram(started.identity, started.ended, pipes);
    for (const stream of [pipes.stdin, pipes.stdout, pipes.stderr]) stream.destroy();
    pipes.lateReaders.close();
    return started;
  }

  get stdout() {
    return this.#pipes.stdout;
  }
  get stderr() {
    return this.#pipes.stderr;
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (!this.#takesInput) return false;
    return await new Promise<boolean>((resolve) => {
      this.#pipes.stdin.write(bytes, (error) => resolve(error == null));
    });
  }

  endInput(): void {
    this.#pipes.stdin.end();
  }

  resize(): void {
    // It has no terminal.
  }

  signal(name: NodeJS.Signals): void {
    signalGroup(this.identity.pid, name);
  }

  failure(): null {
    return null;
  }

  close(): void {
    for (const stream of [this.#pipes.stdin, this.#pipes.stdout, this.#pipes.stderr]) stream.destroy();
  }
}

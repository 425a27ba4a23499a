import type { SessionProgram } from './program.ts';
import { SessionOutput } from './session-output.ts';

/** The output streams of a session; one that has a terminal has no stderr. */
export class SessionOutputs {
  readonly stdout: SessionOutput;
  readonly stderr: SessionOutput | null;

  constructor(
    { stdout, stderr }: SessionProgram,
    onData: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void,
  ) {
    this.stdout = new SessionOutput(stdout, (bytes) => onData('stdout', bytes));
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

  /** The program has ended: resolves when its last bytes are here. */
  async finish(): Promise<void> {
    await Promise.all([this.stdout.finish(), this.stderr?.finish()]);
  }

  clear(): void {
    this.stdout.ring.clear();
    this.stderr?.ring.clear();
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Exit code and signal, one of them null. */
type EndOfProcess = [number | null, string | null];

/** A program of this package that runs as a process of its own. */
export class ChildProgram {
  readonly process: ChildProcess;
  /** What it has written to its standard output and error. */
  output = '';

  constructor(file: string, args: readonly string[]) {
    const path = fileURLToPath(new URL(file, import.meta.url));
    this.process = spawn(process.execPath, ['--conditions=rig-source', path, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  /** Sends the signal and resolves with exit code and signal once it has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<EndOfProcess> {
    const { exitCode, signalCode } = this.process;
    if (exitCode !== null || signalCode !== null) return [exitCode, signalCode];
    const ended = once(this.process, 'exit') as Promise<EndOfProcess>;
    this.process.kill(signal);
    return ended;
  }
}

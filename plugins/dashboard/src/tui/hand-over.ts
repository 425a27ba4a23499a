import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Gives the terminal away while the work runs, and takes it back, however the work ends. */
export type SuspendTerminal = (work: () => Promise<void>) => Promise<void>;

/** How the program that was given the terminal ended. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

const LOOK_MS = 300;

/**
 * Runs a program with the terminal of this process; ends it with the signal. A program that stops itself (as rig shell
 * does with `~^Z`) stops this process with it, so that the shell both were started from comes back: it waits for this
 * one alone.
 */
export async function runWithTerminal(
  command: string,
  args: readonly string[],
  { env, signal }: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<ProgramEnd> {
  const child = spawn(command, args, { stdio: 'inherit', env });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  const watch = setInterval(() => {
    if (child.pid === undefined || !isStopped(child.pid)) return;
    // Everything of this job goes on together, with `fg`.
    process.kill(process.pid, 'SIGSTOP');
    child.kill('SIGCONT');
  }, LOOK_MS);
  try {
    return await new Promise<ProgramEnd>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, endedBy) => resolve({ exitCode, signal: endedBy }));
    });
  } finally {
    clearInterval(watch);
    signal.removeEventListener('abort', stop);
  }
}

/** Node is not told of a child that stops. Where there is no /proc, none is seen. */
function isStopped(pid: number): boolean {
  try {
    return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

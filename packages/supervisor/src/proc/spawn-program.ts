import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import type { ProcessIdentity } from './process-identity.ts';
import { readProcess } from './process-table.ts';

export interface Program {
  argv: readonly string[];
  cwd: string;
  /** The whole environment. */
  env: Record<string, string>;
}

/** How a process ended; both null when it ended unseen. */
export interface Outcome {
  /** 128 + n for signal n. */
  exitCode: number | null;
  signal: string | null;
}

export interface StartedProgram {
  identity: ProcessIdentity;
  ended: Promise<Outcome>;
}

/** Why a program could not be started, as `ENOENT: …`. */
export interface StartFailure {
  startError: string;
}

/** Starts a program as the leader of a process group and session of its own, argv exactly as given. */
export async function spawnProgram(
  program: Program,
  stdio: StdioOptions,
): Promise<StartedProgram | StartFailure> {
  const [file = '', ...args] = program.argv;
  let child: ChildProcess;
  try {
    child = spawn(file, args, { cwd: program.cwd, env: program.env, stdio, detached: true });
  } catch (error) {
    // Node throws what it does not emit: an argument list too long for the kernel, a NUL byte.
    return { startError: describeStartError(error, program) };
  }
  const ended = new Promise<Outcome>((resolve) => {
    child.once('exit', (code, signal) => resolve(outcomeOf(code, signal)));
  });
  const { pid } = child;
  const row = pid === undefined ? null : readProcess(pid);
  try {
    await once(child, 'spawn');
  } catch (error) {
    return { startError: describeStartError(error, program) };
  }
  // Reports trouble with signalling later on; `signalGroup` is what is used for that.
  child.on('error', () => undefined);
  return { identity: { pid: pid ?? 0, startTime: (await row)?.startTime ?? '' }, ended };
}

function outcomeOf(code: number | null, signal: NodeJS.Signals | null): Outcome {
  return { exitCode: code ?? (signal === null ? null : 128 + constants.signals[signal]), signal };
}

function describeStartError(error: unknown, { argv, cwd }: Program): string {
  const { code = 'ERROR', message } = error as NodeJS.ErrnoException;
  // The kernel's answer is the same for a program and for a folder that is not there.
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `${code}: there is no folder ${cwd}`;
  }
  if (argv[0] === '') return 'ENOENT: the name of the program is empty';
  if (code === 'ENOENT') return `ENOENT: there is no program ${JSON.stringify(argv[0] ?? '')}`;
  if (code === 'EACCES') return `EACCES: ${JSON.stringify(argv[0] ?? '')} may not be executed`;
  return `${code}: ${message}`;
}

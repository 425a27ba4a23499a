import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { describeLaunchFailure } from '../isolation/describe-launch-failure.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { describeExecError } from './describe-exec-error.ts';
import { readProcess } from './process-table.ts';

export interface Program {
  argv: readonly string[];
  cwd: string;
  /** The whole environment. */
  env: Record<string, string>;
  /** What `argv` becomes once it has entered its place; absent where `argv` is the program itself. */
  becomes?: Program;
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
  stdio: [stdin: number | 'ignore', stdout: number, stderr: number],
): Promise<StartedProgram | StartFailure> {
  const [file = '', ...args] = program.argv;
  const launches = program.becomes !== undefined;
  // What enters a place says on descriptor 3 why it does not become the program.
  const streams: StdioOptions = launches ? [...stdio, 'pipe'] : stdio;
  let child: ChildProcess;
  try {
    child = spawn(file, args, { cwd: program.cwd, env: program.env, stdio: streams, detached: true });
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
  if (launches) {
    const failure = await text(child.stdio[3] as Readable);
    if (failure !== '') {
      await ended;
      return { startError: describeLaunchFailure(failure, program) };
    }
  }
  return { identity: { pid: pid ?? 0, startTime: (await row)?.startTime ?? '' }, ended };
}

function outcomeOf(code: number | null, signal: NodeJS.Signals | null): Outcome {
  return { exitCode: code ?? (signal === null ? null : 128 + constants.signals[signal]), signal };
}

function describeStartError(error: unknown, { argv, cwd, becomes }: Program): string {
  const { code = 'ERROR', message } = error as NodeJS.ErrnoException;
  if (becomes !== undefined) return `${code}: ${message}`;
  // The kernel's answer is the same for a program and for a folder that is not there.
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `${code}: there is no folder ${cwd}`;
  }
  return describeExecError(code, argv[0] ?? '') ?? `${code}: ${message}`;
}

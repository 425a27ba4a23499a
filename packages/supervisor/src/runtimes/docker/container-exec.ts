import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';
import type { TerminalSize } from '@rig-ops/contract/channels';
import { type DockerClient, isDockerAway, isDockerNotFound } from '@rig-ops/docker';
import type { Outcome, StartFailure } from '../../proc/spawn-program.ts';
import { pollOutcome } from './container-program.ts';
import { explainContainer } from './explain-container.ts';
import { outcomeOfCode } from '../outcome-of-code.ts';

/** The daemon may be away for a moment, as when it is restarted; what ran on it has ended then. */
const LOST: Outcome = { exitCode: null, signal: null };
const STARTED_MS = 30_000;
const PAUSE_MS = 10;
const MOST_WORDS = 4096;

export interface ContainerExecOptions {
  argv: readonly string[];
  /** Added to that of the container; each as `NAME=value`. */
  env: readonly string[];
  /** Empty for that of the container. */
  cwd: string;
  /** As `docker exec --user`; that of the container when null. */
  user: string | null;
  terminal: TerminalSize | null;
  /** Whether something is written to it. */
  input: boolean;
}

/** A program that was started in a container that runs. */
export interface ContainerExec {
  id: string;
  /** Both directions: bytes of the terminal, or frames without one. */
  both: Duplex;
  pid: number;
  ended: Promise<Outcome>;
}

/** Starts a program beside those that a container runs. @throws RigError `docker_…` where it could not be asked for */
export async function startExec(
  docker: DockerClient,
  container: string,
  { argv, env, cwd, user, terminal, input }: ContainerExecOptions,
): Promise<ContainerExec | StartFailure> {
  const id = await docker.execs.create(container, {
    Cmd: [...argv],
    Env: [...env],
    ...(cwd === '' ? {} : { WorkingDir: cwd }),
    ...(user === null ? {} : { User: user }),
    Tty: terminal !== null,
    // Daemons before 23 do not know it: there the size comes right behind the start.
    ...(terminal === null ? {} : { ConsoleSize: [terminal.rows, terminal.columns] as const }),
    AttachStdin: input,
    AttachStdout: true,
    AttachStderr: true,
  });
  const both = await docker.execs.start(id, { tty: terminal !== null });
  if (terminal !== null) await sizeFirst(docker, id, terminal);
  const pid = await begin(docker, id);
  if (pid === null) {
    const said = await wordsOf(both);
    return { startError: explainContainer(new RigError('docker_refused', said), { image: '', argv }) };
  }
  return { id, both, pid, ended: pollOutcome(async () => await outcomeOf(docker, id), both) };
}

/** A program that asks for the size at once is to see the right one. */
async function sizeFirst(docker: DockerClient, exec: string, size: TerminalSize): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const done = await docker.execs.resize(exec, size).then(
      () => true,
      () => false,
    );
    if (done) return;
    await sleep(PAUSE_MS);
  }
}

/** Its pid; null when it could not be started. */
async function begin(docker: DockerClient, exec: string): Promise<number | null> {
  for (const deadline = Date.now() + STARTED_MS; Date.now() < deadline; await sleep(PAUSE_MS)) {
    const { ExitCode, Pid, Running } = await docker.execs.inspect(exec);
    if (Pid > 0) return Pid;
    if (!Running && ExitCode !== null) return null;
  }
  return null;
}

async function outcomeOf(docker: DockerClient, exec: string): Promise<Outcome | null> {
  try {
    const { Running, ExitCode } = await docker.execs.inspect(exec);
    if (Running) return null;
    return ExitCode === null ? LOST : outcomeOfCode(ExitCode);
  } catch (error) {
    return isDockerAway(error) || isDockerNotFound(error) ? LOST : null;
  }
}

/** What a daemon says in place of a program's output; with or without frames around it. */
async function wordsOf(both: AsyncIterable<Buffer>): Promise<string> {
  let said = Buffer.alloc(0);
  for await (const bytes of both) {
    said = Buffer.concat([said, bytes]);
    if (said.length > MOST_WORDS) break;
  }
  return said
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .trim();
}

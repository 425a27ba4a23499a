import { setTimeout as sleep } from 'node:timers/promises';
import { isRigError } from '@rig-ops/contract/errors';
import { type ContainerDetails, type DockerClient, isDockerAway, isDockerNotFound } from '@rig-ops/docker';
import { readReaper } from './explain-container.ts';
import { outcomeOfCode } from '../outcome-of-code.ts';

/** How an instance in a container has ended; all null when nobody saw it. */
export interface ContainerEnd {
  exitCode: number | null;
  signal: string | null;
  startError: string | null;
  outOfMemory: boolean;
}

export const unknownEnd: ContainerEnd = {
  exitCode: null,
  signal: null,
  startError: null,
  outOfMemory: false,
};

const AGAIN_MS = 500;
const WORDS_MS = 2_000;
/** Codes of the reaper for a program that it could not start. */
const NOT_STARTED = new Set([126, 127]);

export interface AwaitEndOptions {
  released: AbortSignal;
  /** Whether a daemon that is away is not to be waited for. */
  givesUp: () => boolean;
}

/** Waits over restarts of the daemon. Null when somebody let go of it before. */
export async function awaitContainerEnd(
  docker: DockerClient,
  name: string,
  { released, givesUp }: AwaitEndOptions,
): Promise<ContainerEnd | null> {
  while (!released.aborted) {
    try {
      await docker.containers.wait(name, released);
      const details = await docker.containers.inspect(name);
      if (!details.State.Running) return await endOf(docker, name, details);
    } catch (error) {
      if (released.aborted) break;
      // Somebody has removed it by hand.
      if (isDockerNotFound(error)) return unknownEnd;
      if (isDockerAway(error) && givesUp()) return unknownEnd;
      await sleep(AGAIN_MS);
    }
  }
  return null;
}

/** Whether the daemon has taken a signal, or there is nothing to take it. */
export async function signalContainer(docker: DockerClient, name: string, signal: string): Promise<boolean> {
  try {
    await docker.containers.kill(name, signal);
    return true;
  } catch (error) {
    return isRigError(error) && !isDockerAway(error);
  }
}

async function endOf(docker: DockerClient, name: string, { State }: ContainerDetails): Promise<ContainerEnd> {
  const started = !State.StartedAt.startsWith('0001-');
  if (!started) return { ...unknownEnd, startError: State.Error === '' ? 'it was not started' : State.Error };
  const reaper = NOT_STARTED.has(State.ExitCode) ? readReaper(await lastWords(docker, name)) : null;
  if (reaper !== null) return { ...unknownEnd, startError: reaper };
  // Whatever of it was killed for it: it may have gone on, and ended well.
  const outOfMemory = State.OOMKilled && State.ExitCode !== 0;
  return { ...outcomeOfCode(State.ExitCode), startError: null, outOfMemory };
}

async function lastWords(docker: DockerClient, name: string): Promise<string> {
  let text = '';
  const range = { follow: false, tail: 5, signal: AbortSignal.timeout(WORDS_MS) };
  try {
    for await (const { bytes } of docker.containers.logs(name, range)) text += bytes.toString();
  } catch {
    // Then it is told by its code.
  }
  return text;
}

import { existsSync, write } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isRigError } from '@rig-ops/contract/errors';
import type { JobSpec, JobStep } from '@rig-ops/contract/supervisor';
import { readFrames } from '@rig-ops/docker';
import type { Captures } from '../../capture/capture.ts';
import { watchLimits } from '../../containment/watch-limits.ts';
import type { JobPlace, JobsInContainers, StepRun } from '../../jobs/job-place.ts';
import { BUILD_MARK, type StepOutcome } from '../../jobs/run-step.ts';
import { StepEnd } from '../../jobs/step-end.ts';
import type { Log } from '../../log.ts';
import type { StartFailure } from '../../proc/spawn-program.ts';
import { coversOf } from './covered-folders.ts';
import { type ContainerExec, startExec } from './container-exec.ts';
import { JOB_LABEL } from './container-labels.ts';
import type { ContainerRuntime } from './container-runtime.ts';

/** The reaper, and what holds the container. */
const IDLE_PROCESSES = 2;

const REST_MS = 10_000;
const GONE = 'the Docker daemon, or the container, went away in the middle of it';

const writeBytes = promisify(write);

export interface ContainerJobsOptions {
  runtime: ContainerRuntime;
  captures: Captures;
  log: Log;
}

/** Builds in containers: one for each, that idles between its steps. */
export class ContainerJobs implements JobsInContainers {
  readonly #options: ContainerJobsOptions;

  constructor(options: ContainerJobsOptions) {
    this.#options = options;
  }

  async open(spec: JobSpec & Required<Pick<JobSpec, 'container'>>, user: string): Promise<JobPlace> {
    const { runtime } = this.#options;
    const { container, folders = [], id, readable = [] } = spec;
    const name = runtime.labels.nameOf(id);
    const tools = await runtime.tools();
    const mounts = [
      ...folders.map((path) => ({ path, readOnly: false })),
      ...readable.filter((path) => existsSync(path)).map((path) => ({ path, readOnly: true })),
    ];
    await runtime.docker.containers.remove(name);
    await runtime.createContainer(name, {
      container: { ...container, user },
      argv: tools.inside(['idle']),
      cwd: '/',
      env: {},
      hostname: 'build',
      labels: { [JOB_LABEL]: id },
      mounts: mounts.map(({ path, readOnly }) => ({ source: path, target: path, readOnly })),
      covered: coversOf(mounts.map(({ path }) => path)),
      // One that its daemon has lost sight of goes by itself.
      autoRemove: true,
    });
    await runtime.docker.containers.start(name);
    return new ContainerPlace({ ...this.#options, spec, name, user });
  }

  async end(id: string): Promise<void> {
    await removeContainer(this.#options, this.#options.runtime.labels.nameOf(id));
  }
}

interface ContainerPlaceOptions extends ContainerJobsOptions {
  spec: JobSpec;
  name: string;
  user: string;
}

class ContainerPlace implements JobPlace {
  readonly #options: ContainerPlaceOptions;
  readonly #closed = new AbortController();
  #outOfMemory = false;

  constructor(options: ContainerPlaceOptions) {
    this.#options = options;
    void this.#watchMemory();
  }

  async run(step: JobStep, options: StepRun): Promise<StepOutcome | StartFailure> {
    const { name, runtime, spec, user } = this.#options;
    const env = Object.entries({ ...step.env, [BUILD_MARK]: spec.id }).map(
      ([key, value]) => `${key}=${value}`,
    );
    const { argv, cwd } = step;
    const exec = await startExec(runtime.docker, name, {
      argv,
      cwd,
      env,
      user,
      terminal: null,
      input: false,
    });
    if ('startError' in exec) return exec;
    try {
      return await this.#follow(step, exec, options);
    } finally {
      exec.both.destroy();
    }
  }

  ranOutOfMemory(): boolean {
    return this.#outOfMemory;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await removeContainer(this.#options, this.#options.name);
  }

  /** Its output into the spool files, until it has ended and all of that is in them. */
  async #follow(step: JobStep, exec: ContainerExec, options: StepRun): Promise<StepOutcome | StartFailure> {
    const { captures, spec } = this.#options;
    const { jobStartedAt, printedBytes, signal, spool } = options;
    const { limits } = spec;
    const files = captures.paths(spool);
    const end = new StepEnd({
      step,
      signal,
      watch: (onExceeded) =>
        limits === undefined
          ? () => undefined
          : watchLimits({ limits, family: null, printedBytes, files, jobStartedAt }, onExceeded),
      terminate: () => void this.#inside(['signal', this.#mark, 'SIGTERM']),
      kill: () => void this.#kill(),
    });
    try {
      return await captures.withSpool(spool, async (stdout, stderr) => {
        const carried = carry(exec, stdout, stderr);
        const outcome = await exec.ended;
        await this.#killLeft();
        // What was printed last is on its way still; of what has gone nothing comes any more.
        await Promise.race([carried, sleep(REST_MS, undefined, { ref: false })]);
        exec.both.destroy();
        const broken = await carried;
        const { interruption } = end;
        if (interruption !== null) return { ...outcome, interruption };
        if (outcome.exitCode === null) throw new Error(GONE);
        if (broken !== null && !isRigError(broken)) throw broken;
        return { ...outcome, interruption };
      });
    } finally {
      end.close();
    }
  }

  get #mark(): string {
    return `${BUILD_MARK}=${this.#options.spec.id}`;
  }

  /** What does not go by that goes with the container. */
  async #kill(): Promise<void> {
    const { name, runtime } = this.#options;
    if (!(await this.#inside(['kill', this.#mark])))
      await runtime.docker.containers.kill(name, 'SIGKILL').catch(() => undefined);
  }

  /** Most steps leave nothing, and to look is quicker than to start a program that looks. */
  async #killLeft(): Promise<void> {
    const { name, runtime } = this.#options;
    const count = await runtime.docker.containers.count(name).catch(() => null);
    if (count === null || count > IDLE_PROCESSES) await this.#inside(['kill', this.#mark]);
  }

  async #inside(args: readonly string[]): Promise<boolean> {
    const { log, name, runtime, spec, user } = this.#options;
    try {
      await runtime.runInside(name, args, user);
      return true;
    } catch (error) {
      if (!isRigError(error) || error.code !== 'docker_conflict')
        log.info('what a build has started could not be signalled', { job: spec.id, error });
      return false;
    }
  }

  /** A daemon tells of it as it happens, and not of a program that was started beside others at its end. */
  async #watchMemory(): Promise<void> {
    const { runtime, spec } = this.#options;
    try {
      const labels = { ...runtime.labels.own, [JOB_LABEL]: spec.id };
      for await (const { Action } of runtime.docker.events(labels, this.#closed.signal))
        if (Action === 'oom') this.#outOfMemory = true;
    } catch {
      // It is told by its code then.
    }
  }
}

/** Writes what it prints; answers what was in the way, null for nothing. */
async function carry({ both }: ContainerExec, stdout: number, stderr: number): Promise<unknown> {
  try {
    for await (const { stream, bytes } of readFrames(both as AsyncIterable<Buffer>))
      await writeAll(stream === 'stdout' ? stdout : stderr, bytes);
    return null;
  } catch (error) {
    // Nobody reads it any more: the program is not to wait for that.
    both.destroy();
    return error;
  }
}

async function writeAll(fd: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await writeBytes(fd, bytes, at)).bytesWritten;
}

async function removeContainer({ log, runtime }: ContainerJobsOptions, name: string): Promise<void> {
  await runtime.docker.containers.remove(name).catch((error: unknown) => {
    log.warn('the container of a build was not removed', { container: name, error });
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerSpec } from '@rig-ops/contract/supervisor-containers';
import { isRigError } from '@rig-ops/contract/errors';
import type { SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import { isDockerAway, isDockerNotFound } from '@rig-ops/docker';
import type { HeldRecord, SessionContainment } from '../../containment/session-containment.ts';
import { SESSION_MARK } from '../../containment/marked-processes.ts';
import type { Outcome, StartFailure } from '../../proc/spawn-program.ts';
import { ContainerProgram, pollOutcome } from './container-program.ts';
import { SESSION_LABEL } from './container-labels.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import { explainContainer } from './explain-container.ts';
import { outcomeOfCode } from './outcome-of-code.ts';

/** The daemon may be away for a moment, as when it is restarted; a session that ran on it has ended then. */
const LOST: Outcome = { exitCode: null, signal: null };
const STARTED_MS = 30_000;
const PAUSE_MS = 10;
const MOST_WORDS = 4096;

/** Programs of sessions in containers: beside an instance, or in one of their own. */
export class ContainerSessions {
  readonly #runtime: ContainerRuntime;

  constructor(runtime: ContainerRuntime) {
    this.#runtime = runtime;
  }

  /** What holds a session beside an instance: its processes carry a mark, and what descends from them is found. */
  containmentBeside(record: HeldRecord, container: string, user: string | null): SessionContainment {
    const mark = `${SESSION_MARK}=${record.id}`;
    // What is gone holds nothing.
    const inside = async (args: string[]): Promise<string> => {
      try {
        return await this.#runtime.runInside(container, args, user);
      } catch (error) {
        if (isRigError(error)) return '0';
        throw error;
      }
    };
    return {
      kind: 'processes',
      record: { ...record, container, ...(user === null ? {} : { user }) },
      prepare: async (program) => program,
      begun: () => undefined,
      isEmpty: async () => Number(await inside(['members', mark])) === 0,
      signal: async (name) => void (await inside(['signal', mark, name])),
      kill: async () => void (await inside(['kill', mark])),
      close: () => undefined,
    };
  }

  /** What holds a session of its own: the container, which goes with it. */
  containmentAlone(record: HeldRecord, container: string, user: string | null): SessionContainment {
    const { containers } = this.#runtime.docker;
    const beside = this.containmentBeside(record, container, user);
    return {
      ...beside,
      kind: 'pid-namespace',
      kill: async () => await quietly(containers.kill(container, 'SIGKILL')),
      close: () => void quietly(containers.remove(container)),
    };
  }

  /** @throws RigError `docker_…` where it could not be asked for */
  async startBeside(
    spec: SessionSpec,
    env: Readonly<Record<string, string>>,
    container: string,
  ): Promise<ContainerProgram | StartFailure> {
    const { docker } = this.#runtime;
    const { argv, cwd, id, runAs, terminal } = spec;
    const mark = `${SESSION_MARK}=${id}`;
    const exec = await docker.execs.create(container, {
      Cmd: [...argv],
      Env: [...listOf(env), mark],
      ...(cwd === '' ? {} : { WorkingDir: cwd }),
      ...(runAs === undefined ? {} : { User: runAs }),
      Tty: terminal !== null,
      // Daemons before 23 do not know it: there the size comes right behind the start.
      ...(terminal === null ? {} : { ConsoleSize: [terminal.rows, terminal.columns] as const }),
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const both = await docker.execs.start(exec, { tty: terminal !== null });
    if (terminal !== null) await this.#sizeFirst(exec, terminal);
    const begun = await this.#begin(exec);
    if (begun === null) {
      const said = await wordsOf(both);
      return { startError: explainContainer(new Error(said), { image: '', argv }) };
    }
    const user = runAs ?? null;
    const program = new ContainerProgram({
      both,
      terminal: terminal !== null,
      pid: begun,
      ended: pollOutcome(async () => await this.#outcomeOf(exec), both),
      resize: async (size) => await docker.execs.resize(exec, size),
      signal: async (name) => {
        await this.#runtime.runInside(container, ['foreground', mark, name], user);
      },
    });
    return program;
  }

  /** @throws RigError `docker_…` */
  async startAlone(
    spec: SessionSpec,
    env: Readonly<Record<string, string>>,
    container: ContainerSpec,
  ): Promise<ContainerProgram | StartFailure> {
    const { docker } = this.#runtime;
    const { argv, cwd, id } = spec;
    const name = this.#runtime.labels.nameOf(id);
    const tools = await this.#runtime.tools();
    try {
      await this.#runtime.createContainer(name, {
        container,
        argv: tools.inside(['idle']),
        cwd,
        env,
        hostname: spec.app ?? spec.network,
        labels: { [SESSION_LABEL]: id },
      });
      await docker.containers.start(name);
      const program = await this.startBeside(spec, env, name);
      if ('startError' in program) await docker.containers.remove(name).catch(() => undefined);
      return program;
    } catch (error) {
      await docker.containers.remove(name).catch(() => undefined);
      if (isDockerAway(error)) throw error;
      return { startError: explainContainer(error, { image: container.image, argv }) };
    }
  }

  /** A program that asks for the size at once is to see the right one. */
  async #sizeFirst(exec: string, size: { columns: number; rows: number }): Promise<void> {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const done = await this.#runtime.docker.execs.resize(exec, size).then(
        () => true,
        () => false,
      );
      if (done) return;
      await sleep(PAUSE_MS);
    }
  }

  /** Its pid; null when it could not be started. */
  async #begin(exec: string): Promise<number | null> {
    for (const deadline = Date.now() + STARTED_MS; Date.now() < deadline; await sleep(PAUSE_MS)) {
      const { ExitCode, Pid, Running } = await this.#runtime.docker.execs.inspect(exec);
      if (Pid > 0) return Pid;
      if (!Running && ExitCode !== null) return null;
    }
    return null;
  }

  async #outcomeOf(exec: string): Promise<Outcome | null> {
    try {
      const { Running, ExitCode } = await this.#runtime.docker.execs.inspect(exec);
      if (Running) return null;
      return ExitCode === null ? LOST : outcomeOfCode(ExitCode);
    } catch (error) {
      return isDockerAway(error) || isDockerNotFound(error) ? LOST : null;
    }
  }
}

/** What is gone needs nothing any more, and what is away cannot be helped. */
async function quietly(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!isRigError(error)) throw error;
  });
}

const listOf = (env: Readonly<Record<string, string>>): string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`);

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

import type { ContainerSpec } from '@rig-ops/contract/supervisor-containers';
import { isRigError } from '@rig-ops/contract/errors';
import type { SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import { isDockerAway } from '@rig-ops/docker';
import type { HeldRecord, SessionContainment } from '../../containment/session-containment.ts';
import { SESSION_MARK } from '../../containment/marked-processes.ts';
import type { StartFailure } from '../../proc/spawn-program.ts';
import { startExec } from './container-exec.ts';
import { ContainerProgram } from './container-program.ts';
import { SESSION_LABEL } from './container-labels.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import { explainContainer } from './explain-container.ts';

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
    const user = runAs ?? null;
    const exec = await startExec(docker, container, {
      argv,
      env: [...listOf(env), mark],
      cwd,
      user,
      terminal,
      input: true,
    });
    if ('startError' in exec) return exec;
    return new ContainerProgram({
      both: exec.both,
      terminal: terminal !== null,
      pid: exec.pid,
      ended: exec.ended,
      resize: async (size) => await docker.execs.resize(exec.id, size),
      signal: async (name) => {
        await this.#runtime.runInside(container, ['foreground', mark, name], user);
      },
    });
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
}

/** What is gone needs nothing any more, and what is away cannot be helped. */
async function quietly(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!isRigError(error)) throw error;
  });
}

const listOf = (env: Readonly<Record<string, string>>): string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`);

import { RigError } from '@rig-ops/contract/errors';
import type { InstanceSpec, SupervisorState } from '@rig-ops/contract/supervisor';
import type { ContainerSpec, DockerReport } from '@rig-ops/contract/supervisor-containers';
import type { ForwardSpec } from '@rig-ops/contract/supervisor-forward';
import type { SessionSpec } from '@rig-ops/contract/supervisor-sessions';
import type { Channel } from '@rig-ops/wire';
import { type EngineCapabilities, IMAGE_PORT, type ImagePlacement } from '../engine.ts';
import { SupervisedEngine } from '../supervised-engine.ts';

/** A fork bomb ends at it; no app of ordinary size comes near. */
const MOST_PROCESSES = 4096;

const NO_DAEMON = {
  message: 'The platform was started without a Docker daemon.',
  fix: 'Run `rig platform stop`, then `rig platform start --docker-host unix:///var/run/docker.sock`.',
};

/** Runs images as containers of a Docker daemon of this machine, through rig-supervisor. */
export class DockerEngine extends SupervisedEngine {
  readonly name = 'docker';
  readonly capabilities: EngineCapabilities = {
    outlivesControlPlane: true,
    isolated: true,
    networks: { discovery: 'names', isolated: true },
    users: true,
    usage: true,
    images: true,
    fetchesFiles: false,
    builds: 'container',
    limits: true,
    // The daemon keeps a bounded part of the output that was not read.
    logs: 'gaps-told',
    sessions: 'processes',
    forward: 'listening',
    copy: true,
  };
  #docker: DockerReport | undefined;
  /** Whether the supervisor has answered. */
  #isKnown = false;

  override get version(): string | null {
    return this.#docker?.version ?? null;
  }

  isolationProblem(): null {
    return null;
  }

  override async problem(): Promise<{ message: string; fix: string } | null> {
    // One that cannot be asked is told by others.
    await this.prepare();
    if (this.#docker === undefined) return this.#isKnown ? NO_DAEMON : null;
    const { problem } = this.#docker;
    return problem && { message: problem.message, fix: problem.hint };
  }

  override async startInstance(spec: InstanceSpec, place?: ImagePlacement): Promise<void> {
    const { env, container } = contained(spec, place);
    await super.startInstance({ ...spec, env, container });
  }

  override async openSession(spec: SessionSpec, place?: ImagePlacement): Promise<Channel> {
    // Beside an instance the environment is that of the instance.
    if (spec.instance !== null) return await super.openSession(spec);
    const { env, container } = contained(spec, place);
    // Nothing is to be reached in it from outside.
    return await super.openSession({ ...spec, env, container: { ...container, ports: [] } });
  }

  override async openForward(spec: ForwardSpec): Promise<Channel> {
    const targets = spec.targets.map((target) => (target.own ? { ...target, port: IMAGE_PORT } : target));
    return await super.openForward({ ...spec, targets });
  }

  protected learn({ docker }: SupervisorState): void {
    this.#docker = docker;
    this.#isKnown = true;
  }
}

/** @throws RigError `image_required` */
function contained(
  { env }: Pick<InstanceSpec, 'env'>,
  place: ImagePlacement | undefined,
): { env: Record<string, string>; container: ContainerSpec } {
  if (place === undefined)
    throw new RigError('image_required', 'This platform runs images, and there is none to run.');
  const { image, network, aliases, port, limits, inside = IMAGE_PORT, readOnly = false, user } = place;
  return {
    env: insideEnvironment(env, inside),
    container: {
      image,
      ...(place.capabilities === undefined ? {} : { capabilities: [...place.capabilities] }),
      network: { name: network, aliases: [...aliases] },
      ports: port === null ? [] : [{ inside, outside: port }],
      limits: {
        memoryBytes: limits?.memoryBytes ?? null,
        cpus: limits?.cpus ?? null,
        processes: MOST_PROCESSES,
      },
      readOnly,
      user: user ?? null,
    },
  };
}

/** The port of this machine means nothing inside. */
const insideEnvironment = (env: Record<string, string>, port: number): Record<string, string> =>
  env['PORT'] === undefined ? env : { ...env, PORT: String(port), HOST: '0.0.0.0' };

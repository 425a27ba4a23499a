import { RigError } from '@rig-ops/contract/errors';
import type { InstanceSpec } from '@rig-ops/contract/supervisor';
import type { ContainerSpec, DockerSettings } from '@rig-ops/contract/supervisor-containers';
import { type ContainerCreate, DockerClient, parseDockerHost, readFrames } from '@rig-ops/docker';
import type { Log } from '../../log.ts';
import { containerBody } from './container-body.ts';
import {
  APP_LABEL,
  BY_LABEL,
  type ContainerLabels,
  INSTANCE_LABEL,
  labelsOf,
  PROCESS_LABEL,
  RELEASE_LABEL,
} from './container-labels.ts';
import { ContainerNetworks } from './container-networks.ts';
import { DaemonWatch } from './daemon-watch.ts';
import { type ContainerTools, type ContainerToolsOptions, gatherTools } from './container-tools.ts';
import { LogPositions } from '../log-positions.ts';
import type { LogPosition } from './log-position.ts';

export interface ContainerRuntimeOptions {
  settings: DockerSettings;
  /** Id of the platform: what it makes on the daemon is known by it. */
  platform: string;
  /** Folder of the records of how far logs were read. */
  positions: string;
  tools: ContainerToolsOptions;
  log: Log;
}

const OWN_ANSWER_BYTES = 1024 * 1024;

/** A Docker daemon as a place where instances and sessions run. */
export class ContainerRuntime {
  readonly docker: DockerClient;
  readonly daemon: DaemonWatch;
  readonly labels: ContainerLabels;
  readonly networks: ContainerNetworks;
  readonly positions: LogPositions<LogPosition>;
  readonly #options: ContainerRuntimeOptions;
  #tools: Promise<ContainerTools> | null = null;
  /** Whether the platform is being stopped. */
  ending = false;

  constructor(options: ContainerRuntimeOptions) {
    const { settings, platform, positions } = options;
    this.#options = options;
    this.docker = new DockerClient(parseDockerHost(settings.host, settings.certificates));
    this.daemon = new DaemonWatch(this.docker, settings.host);
    this.labels = labelsOf(platform);
    this.networks = new ContainerNetworks(this.docker, this.labels);
    this.positions = new LogPositions(positions);
  }

  tools(): Promise<ContainerTools> {
    this.#tools ??= gatherTools(this.#options.tools).catch((error: unknown) => {
      this.#tools = null;
      throw error;
    });
    return this.#tools;
  }

  /** Makes the container of an instance. @throws RigError `docker_…`, `image_not_found` */
  async create(name: string, spec: InstanceSpec & { container: ContainerSpec }): Promise<void> {
    const { id, app, process, release } = spec;
    const labels = {
      [APP_LABEL]: app,
      [INSTANCE_LABEL]: id,
      [PROCESS_LABEL]: process,
      [RELEASE_LABEL]: String(release),
    };
    await this.createContainer(name, { ...spec, hostname: spec.name, labels });
  }

  /** @returns the id of the container, which does not run yet */
  async createContainer(
    name: string,
    input: {
      container: ContainerSpec;
      argv: readonly string[];
      cwd: string;
      env: Readonly<Record<string, string>>;
      hostname: string;
      labels: Readonly<Record<string, string>>;
      mounts?: readonly { source: string; target: string; readOnly: boolean }[];
      covered?: readonly string[];
      autoRemove?: boolean;
    },
  ): Promise<string> {
    const { container, argv, cwd, env, hostname, labels, mounts = [], covered = [] } = input;
    const network = container.network === null ? null : await this.networks.ensure(container.network.name);
    const tools = await this.tools();
    const words = tools.command(argv);
    const isOurs = words[0] !== argv[0];
    const body: ContainerCreate = containerBody({
      spec: container,
      argv: words,
      cwd,
      env: isOurs ? { ...env, ...variablesOf(tools.environment) } : env,
      hostname: hostname.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, 63),
      // Whatever the image says of itself.
      labels: { ...this.labels.own, [BY_LABEL]: 'supervisor', ...labels },
      network,
      shown: tools.shown,
      mounts,
      covered,
      autoRemove: input.autoRemove === true,
    });
    return await this.docker.containers.create(name, body);
  }

  /**
   * Runs one of rig's own programs in a container and answers what it printed.
   * @param user as `docker exec --user`; that of the container when null
   */
  async runInside(container: string, args: readonly string[], user: string | null): Promise<string> {
    const tools = await this.tools();
    const exec = await this.docker.execs.create(container, {
      Cmd: tools.inside(args),
      Env: [...tools.environment],
      WorkingDir: '/',
      AttachStdout: true,
      AttachStderr: true,
      ...(user === null ? {} : { User: user }),
    });
    const both = await this.docker.execs.start(exec, { tty: false });
    const said = { stdout: '', stderr: '' };
    for await (const { stream, bytes } of readFrames(both as AsyncIterable<Buffer>)) {
      if (said[stream].length < OWN_ANSWER_BYTES) said[stream] += bytes.toString();
    }
    both.destroy();
    const { ExitCode } = await this.docker.execs.inspect(exec);
    if (ExitCode === 0) return said.stdout;
    throw new RigError(
      'docker_refused',
      `What rig runs in a container failed with code ${ExitCode}: ${said.stderr.trim().slice(-500)}.`,
    );
  }

  /** What is of this platform and was left behind: nobody knows it any more. Nothing where it cannot be found out. */
  async findStrays(known: ReadonlySet<string>): Promise<string[]> {
    try {
      const all = await this.docker.containers.list({ ...this.labels.own, [BY_LABEL]: 'supervisor' });
      return (
        all
          // One that somebody runs by hand from an image of rig, or of a container of it, has its labels.
          .filter(({ Names }) => Names.some((name) => nameOf(name).startsWith(this.labels.nameOf(''))))
          .filter(({ Names }) => !Names.some((name) => known.has(nameOf(name))))
          .map(({ Id }) => Id)
      );
    } catch (error) {
      this.#options.log.warn('containers that were left behind could not be looked for', { error });
      return [];
    }
  }

  async removeAll(containers: readonly string[]): Promise<void> {
    const { log } = this.#options;
    for (const container of containers) {
      log.info('removing a container that was left behind', { container });
      await this.docker.containers.remove(container).catch((error: unknown) => {
        log.warn('a container that was left behind was not removed', { container, error });
      });
    }
  }

  /** Everything has ended. */
  async close(): Promise<void> {
    await this.networks.removeUnused().catch(() => undefined);
    this.docker.close();
  }
}

/** The daemon tells it with a slash before. */
const nameOf = (told: string): string => told.replace(/^\//, '');

const variablesOf = (lines: readonly string[]): Record<string, string> =>
  Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string]));

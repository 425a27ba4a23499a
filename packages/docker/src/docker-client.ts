import { RigError } from '@rig-ops/contract/errors';
import { ContainerCalls } from './container-calls.ts';
import type { DaemonInfo, DaemonVersion, DockerEvent, Labels } from './daemon-types.ts';
import { type DockerCalls, labelFilters } from './docker-calls.ts';
import { DockerConnection, type DockerRequest } from './docker-connection.ts';
import { describeDockerHost, type DockerHost } from './docker-host.ts';
import { ExecCalls } from './exec-calls.ts';
import { ImageCalls } from './image-calls.ts';
import { NetworkCalls } from './network-calls.ts';
import { readLines } from './read-lines.ts';

/** Docker 20.10 and Podman 4 speak it; with an older one, `rig` was never tried. */
const OLDEST_API = '1.40';
/** What a newer daemon is asked to speak, so that it answers as is written here. */
const NEWEST_API = '1.47';

/** The Engine API of one daemon. Speaks the newest version that both sides know; holds no state of what runs. */
export class DockerClient implements DockerCalls {
  readonly host: DockerHost;
  readonly containers: ContainerCalls;
  readonly execs: ExecCalls;
  readonly images: ImageCalls;
  readonly networks: NetworkCalls;
  readonly #connection: DockerConnection;
  #api: Promise<string> | null = null;

  constructor(host: DockerHost) {
    this.host = host;
    this.#connection = new DockerConnection(host);
    this.containers = new ContainerCalls(this);
    this.execs = new ExecCalls(this);
    this.images = new ImageCalls(this);
    this.networks = new NetworkCalls(this);
  }

  /** @throws RigError `docker_unreachable`, `docker_not_permitted` */
  async version(): Promise<DaemonVersion> {
    return await this.#connection.call<DaemonVersion>({ method: 'GET', path: '/version', answerMs: 10_000 });
  }

  async info(): Promise<DaemonInfo> {
    return await this.call<DaemonInfo>({ method: 'GET', path: '/info', answerMs: 30_000 });
  }

  /** What happens to what has all the labels, as it happens, until `signal`. Ends when the daemon goes. */
  async *events(labels: Labels, signal: AbortSignal): AsyncGenerator<DockerEvent> {
    const filters = JSON.stringify({ label: labelFilters(labels) });
    const answer = await this.stream({ method: 'GET', path: '/events', query: { filters }, signal });
    for await (const line of readLines(answer)) yield JSON.parse(line) as DockerEvent;
  }

  async call<T>(request: DockerRequest): Promise<T> {
    return await this.#connection.call<T>(await this.#versioned(request));
  }

  stream: DockerConnection['stream'] = async (request) =>
    await this.#connection.stream(await this.#versioned(request));

  hijack: DockerConnection['hijack'] = async (request) =>
    await this.#connection.hijack(await this.#versioned(request));

  close(): void {
    this.#connection.close();
  }

  async #versioned(request: DockerRequest): Promise<DockerRequest> {
    this.#api ??= this.#agree();
    try {
      return { ...request, path: `/v${await this.#api}${request.path}` };
    } catch (error) {
      this.#api = null;
      throw error;
    }
  }

  async #agree(): Promise<string> {
    const { ApiVersion, MinAPIVersion = '1.0', Version } = await this.version();
    const chosen = compareVersions(ApiVersion, NEWEST_API) < 0 ? ApiVersion : NEWEST_API;
    if (compareVersions(chosen, OLDEST_API) >= 0 && compareVersions(chosen, MinAPIVersion) >= 0)
      return chosen;
    throw new RigError(
      'docker_unsupported',
      `The daemon at ${describeDockerHost(this.host)} is version ${Version}, which speaks API ${ApiVersion}; rig speaks ${OLDEST_API} to ${NEWEST_API}.`,
    );
  }
}

function compareVersions(left: string, right: string): number {
  const [[major = 0, minor = 0] = [], [otherMajor = 0, otherMinor = 0] = []] = [left, right].map((text) =>
    text.split('.').map(Number),
  );
  return major - otherMajor || minor - otherMinor;
}

import type { Duplex, Readable } from 'node:stream';
import type {
  ContainerCreate,
  ContainerDetails,
  ContainerStats,
  ContainerSummary,
  Labels,
} from './daemon-types.ts';
import { type DockerCalls, labelFilters } from './docker-calls.ts';
import { isDockerConflict, isDockerNotFound } from './docker-errors.ts';
import { type DockerLogPiece, readLogPieces, toSince } from './log-lines.ts';

export interface LogRange {
  /** From this time on, itself included; from the first line when absent. */
  since?: bigint;
  /** Goes on until the container has ended. */
  follow: boolean;
  /** The last so many lines alone. */
  tail?: number;
  signal?: AbortSignal;
}

const pathOf = (id: string, what: string): string => `/containers/${encodeURIComponent(id)}${what}`;

/** Calls about containers; each is named by its id or name. */
export class ContainerCalls {
  readonly #docker: DockerCalls;

  constructor(docker: DockerCalls) {
    this.#docker = docker;
  }

  /** Those that have all the labels, whether they run or not. */
  async list(labels: Labels): Promise<ContainerSummary[]> {
    const query = { all: true, filters: JSON.stringify({ label: labelFilters(labels) }) };
    return await this.#docker.call({ method: 'GET', path: '/containers/json', query });
  }

  /** @returns its id. @throws RigError `image_not_found`, `docker_conflict` where the name is taken */
  async create(name: string, body: ContainerCreate): Promise<string> {
    const path = '/containers/create';
    const made = await this.#docker.call<{ Id: string }>({ method: 'POST', path, query: { name }, body });
    return made.Id;
  }

  /** Nothing happens to one that runs. */
  async start(id: string): Promise<void> {
    await this.#docker.call({ method: 'POST', path: pathOf(id, '/start') });
  }

  async inspect(id: string): Promise<ContainerDetails> {
    return await this.#docker.call({ method: 'GET', path: pathOf(id, '/json') });
  }

  /** Null where there is none of the name. */
  async find(id: string): Promise<ContainerDetails | null> {
    try {
      return await this.inspect(id);
    } catch (error) {
      if (isDockerNotFound(error)) return null;
      throw error;
    }
  }

  /** @throws RigError `docker_conflict` where it does not run */
  async kill(id: string, signal: string): Promise<void> {
    await this.#docker.call({ method: 'POST', path: pathOf(id, '/kill'), query: { signal } });
  }

  /**
   * Ends one that runs by force; with the volumes that nobody named. Nothing happens where there is none, or it is on
   * its way out already.
   */
  async remove(id: string): Promise<void> {
    try {
      await this.#docker.call({ method: 'DELETE', path: pathOf(id, ''), query: { force: true, v: true } });
    } catch (error) {
      if (!isDockerNotFound(error) && !isDockerConflict(error)) throw error;
    }
  }

  /** Resolves with its exit code when it does not run any more. */
  async wait(id: string, signal: AbortSignal): Promise<number> {
    const query = { condition: 'not-running' };
    const path = pathOf(id, '/wait');
    const told = await this.#docker.call<{ StatusCode: number }>({
      method: 'POST',
      path,
      query,
      signal,
      answerMs: 0,
    });
    return told.StatusCode;
  }

  /** What it has printed, in the pieces that the daemon keeps. For one without terminal. */
  async *logs(id: string, { since, follow, tail, signal }: LogRange): AsyncGenerator<DockerLogPiece> {
    const answer = await this.#docker.stream({
      method: 'GET',
      path: pathOf(id, '/logs'),
      query: {
        follow,
        stdout: true,
        stderr: true,
        timestamps: true,
        since: since === undefined ? undefined : toSince(since),
        tail,
      },
      ...(signal === undefined ? {} : { signal }),
    });
    try {
      yield* readLogPieces(answer);
    } finally {
      answer.destroy();
    }
  }

  /** Both directions of one with stdin, to be called before it is started. */
  async attach(id: string): Promise<Duplex> {
    const query = { stream: true, stdin: true, stdout: true, stderr: true };
    return await this.#docker.hijack({ method: 'POST', path: pathOf(id, '/attach'), query });
  }

  async resize(id: string, size: { columns: number; rows: number }): Promise<void> {
    const query = { w: size.columns, h: size.rows };
    await this.#docker.call({ method: 'POST', path: pathOf(id, '/resize'), query });
  }

  /** How many processes run in it. */
  async count(id: string): Promise<number> {
    const told = await this.#docker.call<{ Processes: readonly unknown[] | null }>({
      method: 'GET',
      path: pathOf(id, '/top'),
    });
    return told.Processes?.length ?? 0;
  }

  /** What it uses at the moment. */
  async stats(id: string): Promise<ContainerStats> {
    const query = { stream: false, 'one-shot': true };
    return await this.#docker.call({ method: 'GET', path: pathOf(id, '/stats'), query, answerMs: 10_000 });
  }

  /** Whether there is a file or folder of the path in it; whether it runs does not matter. */
  async has(id: string, path: string): Promise<boolean> {
    try {
      await this.#docker.call({ method: 'HEAD', path: pathOf(id, '/archive'), query: { path } });
      return true;
    } catch (error) {
      if (isDockerNotFound(error)) return false;
      throw error;
    }
  }

  /** Unpacks a tar archive into a folder of it, which exists; whether it runs does not matter. */
  async unpack(id: string, folder: string, archive: Readable): Promise<void> {
    const query = { path: folder };
    await this.#docker.call({
      method: 'PUT',
      path: pathOf(id, '/archive'),
      query,
      body: archive,
      answerMs: 0,
    });
  }

  /** A file or folder of it as a tar archive. */
  async pack(id: string, path: string): Promise<Readable> {
    return await this.#docker.stream({ method: 'GET', path: pathOf(id, '/archive'), query: { path } });
  }

  /** Makes an image of what it has become. @returns its id */
  async commit(id: string, change: { config: object; labels: Labels }): Promise<string> {
    const body = { ...change.config, Labels: change.labels };
    const query = { container: id, pause: false };
    const made = await this.#docker.call<{ Id: string }>({
      method: 'POST',
      path: '/commit',
      query,
      body,
      answerMs: 0,
    });
    return made.Id;
  }
}

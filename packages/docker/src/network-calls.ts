import type { Labels, NetworkDetails } from './daemon-types.ts';
import { type DockerCalls, labelFilters } from './docker-calls.ts';
import { isDockerNotFound } from './docker-errors.ts';

export interface NetworkCreate {
  Name: string;
  Driver: 'bridge';
  CheckDuplicate: true;
  Internal?: boolean;
  Labels: Labels;
  Options?: Record<string, string>;
}

/** Calls about networks; each is named by its id or name. */
export class NetworkCalls {
  readonly #docker: DockerCalls;

  constructor(docker: DockerCalls) {
    this.#docker = docker;
  }

  /** Those that have all the labels. */
  async list(labels: Labels): Promise<NetworkDetails[]> {
    const query = { filters: JSON.stringify({ label: labelFilters(labels) }) };
    return await this.#docker.call({ method: 'GET', path: '/networks', query });
  }

  /** Whether there is one of this name. */
  async has(name: string): Promise<boolean> {
    try {
      await this.#docker.call({ method: 'GET', path: `/networks/${encodeURIComponent(name)}` });
      return true;
    } catch (error) {
      if (isDockerNotFound(error)) return false;
      throw error;
    }
  }

  /** @returns its id. @throws RigError `docker_conflict` where the name is taken */
  async create(body: NetworkCreate): Promise<string> {
    return (await this.#docker.call<{ Id: string }>({ method: 'POST', path: '/networks/create', body })).Id;
  }

  /** Null where there is none. */
  async find(name: string): Promise<NetworkDetails | null> {
    try {
      const path = `/networks/${encodeURIComponent(name)}`;
      return await this.#docker.call<NetworkDetails>({ method: 'GET', path });
    } catch (error) {
      if (isDockerNotFound(error)) return null;
      throw error;
    }
  }

  /** Nothing happens where there is none. @throws RigError `docker_conflict` while something is in it */
  async remove(name: string): Promise<void> {
    try {
      await this.#docker.call({ method: 'DELETE', path: `/networks/${encodeURIComponent(name)}` });
    } catch (error) {
      if (!isDockerNotFound(error)) throw error;
    }
  }
}

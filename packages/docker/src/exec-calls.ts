import type { Duplex } from 'node:stream';
import type { ExecCreate, ExecDetails } from './daemon-types.ts';
import type { DockerCalls } from './docker-calls.ts';

/** Calls about programs that are started in a container that runs. */
export class ExecCalls {
  readonly #docker: DockerCalls;

  constructor(docker: DockerCalls) {
    this.#docker = docker;
  }

  /** Prepares a program; it does not run yet. @returns its id. @throws RigError `docker_conflict` where the container does not run */
  async create(container: string, body: ExecCreate): Promise<string> {
    const path = `/containers/${encodeURIComponent(container)}/exec`;
    return (await this.#docker.call<{ Id: string }>({ method: 'POST', path, body })).Id;
  }

  /**
   * Starts it and answers both of its directions: bytes of the terminal, or frames ({@link readFrames}) without one.
   * The end of what is written is the end of its stdin. A program that cannot be started says so in its exit code.
   */
  async start(id: string, { tty }: { tty: boolean }): Promise<Duplex> {
    const body = { Detach: false, Tty: tty };
    return await this.#docker.hijack({ method: 'POST', path: `/exec/${encodeURIComponent(id)}/start`, body });
  }

  async inspect(id: string): Promise<ExecDetails> {
    return await this.#docker.call({ method: 'GET', path: `/exec/${encodeURIComponent(id)}/json` });
  }

  async resize(id: string, size: { columns: number; rows: number }): Promise<void> {
    const query = { w: size.columns, h: size.rows };
    await this.#docker.call({ method: 'POST', path: `/exec/${encodeURIComponent(id)}/resize`, query });
  }
}

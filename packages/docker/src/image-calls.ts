import type { Readable } from 'node:stream';
import { RigError } from '@rig-ops/contract/errors';
import type { ImageDetails, ImageSummary, Labels } from './daemon-types.ts';
import { type DockerCalls, labelFilters } from './docker-calls.ts';
import { isDockerNotFound } from './docker-errors.ts';
import { readLines } from './read-lines.ts';
import { registryHeader } from './registry-header.ts';

/** A line of what a daemon tells while it makes an image. */
export interface ImageProgress {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progress?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly code?: number; readonly message?: string };
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** An object with the id of what was made; text in base64 where `id` is `moby.buildkit.trace`. */
  readonly aux?: { readonly ID?: string; readonly Digest?: string } | string;
}

/** Who asks a registry, as a daemon passes it on. */
export type RegistryCredentials =
  | { username: string; password: string; serveraddress: string }
  | { identitytoken: string; serveraddress: string };

const authHeader = (credentials: RegistryCredentials | null): Record<string, string> =>
  credentials === null ? {} : { 'x-registry-auth': registryHeader(credentials) };

/** Calls about images; each is named by its id, or a name and tag. */
export class ImageCalls {
  readonly #docker: DockerCalls;

  constructor(docker: DockerCalls) {
    this.#docker = docker;
  }

  /** @throws RigError `image_not_found` */
  async inspect(image: string): Promise<ImageDetails> {
    const path = `/images/${encodeURIComponent(image)}/json`;
    return await this.#docker.call<ImageDetails>({ method: 'GET', path });
  }

  /** Null where there is none. */
  async find(image: string): Promise<ImageDetails | null> {
    try {
      return await this.inspect(image);
    } catch (error) {
      if (isDockerNotFound(error)) return null;
      throw error;
    }
  }

  /** Those that have all the labels. */
  async list(labels: Labels): Promise<ImageSummary[]> {
    const query = { filters: JSON.stringify({ label: labelFilters(labels) }) };
    return await this.#docker.call({ method: 'GET', path: '/images/json', query });
  }

  /** Gives an image a name more. */
  async tag(image: string, repo: string, tag: string): Promise<void> {
    const path = `/images/${encodeURIComponent(image)}/tag`;
    await this.#docker.call({ method: 'POST', path, query: { repo, tag } });
  }

  /** Takes one name away, and the image with the last of them. Nothing happens where there is none. */
  async remove(image: string): Promise<void> {
    try {
      await this.#docker.call({ method: 'DELETE', path: `/images/${encodeURIComponent(image)}` });
    } catch (error) {
      if (!isDockerNotFound(error)) throw error;
    }
  }

  /** What a registry has under a name. @throws RigError `docker_…` with what the registry says */
  async digestOf(image: string, credentials: RegistryCredentials | null): Promise<string> {
    const { Descriptor } = await this.#docker.call<{ Descriptor: { digest: string } }>({
      method: 'GET',
      path: `/distribution/${image}/json`,
      headers: authHeader(credentials),
    });
    return Descriptor.digest;
  }

  /**
   * Brings an image from its registry; goes on while it is read.
   * @param version a tag, or a digest
   * @throws RigError `docker_…` with what the registry says
   */
  async *pull(
    name: string,
    version: string,
    credentials: RegistryCredentials | null,
    signal: AbortSignal,
  ): AsyncGenerator<ImageProgress> {
    const answer = await this.#docker.stream({
      method: 'POST',
      path: '/images/create',
      query: { fromImage: name, tag: version },
      headers: authHeader(credentials),
      signal,
    });
    for await (const line of readLines(answer)) yield readProgress(line);
  }

  /** Brings an image to its registry, as {@link ImageCalls.pull} from there. The last line has its digest. */
  async *push(
    name: string,
    tag: string,
    credentials: RegistryCredentials | null,
    signal: AbortSignal,
  ): AsyncGenerator<ImageProgress> {
    const answer = await this.#docker.stream({
      method: 'POST',
      path: `/images/${name}/push`,
      query: { tag },
      // A daemon refuses to push without it.
      headers: { 'x-registry-auth': registryHeader({}), ...authHeader(credentials) },
      signal,
    });
    for await (const line of readLines(answer)) yield readProgress(line);
  }

  /** Asks BuildKit to end a build; nothing happens where there is none of that id. */
  async cancelBuild(id: string): Promise<void> {
    await this.#docker.call({ method: 'POST', path: '/build/cancel', query: { id } });
  }

  /**
   * Makes an image of one layer of a root file system.
   * @param changes lines of a Dockerfile, as `ENV PATH=/bin`
   * @returns its id
   */
  async import(archive: Readable, changes: readonly string[] = []): Promise<string> {
    const query = { fromSrc: '-', changes: changes.length === 0 ? undefined : changes.join('\n') };
    const answer = await this.#docker.stream({
      method: 'POST',
      path: '/images/create',
      query,
      body: archive,
    });
    let last: ImageProgress = {};
    for await (const line of readLines(answer)) {
      last = JSON.parse(line) as ImageProgress;
      if (last.error !== undefined) throw refused(last.error);
    }
    if (last.status?.startsWith('sha256:') === true) return last.status;
    throw refused('it did not tell the id of the image');
  }

  /**
   * Builds an image, by BuildKit where `version` is 2. Goes on while it is read; ends with the id in `aux`.
   * @param context tar archive of the files
   * @param options of `POST /build`, as `dockerfile`, `t`, `buildargs`
   */
  async *build(
    context: Readable,
    options: Record<string, string | number | boolean | undefined>,
    signal: AbortSignal,
    headers: Record<string, string> = {},
  ): AsyncGenerator<ImageProgress> {
    const query = { rm: true, forcerm: true, ...options };
    const answer = await this.#docker.stream({
      method: 'POST',
      path: '/build',
      query,
      body: context,
      headers,
      signal,
    });
    for await (const line of readLines(answer)) yield JSON.parse(line) as ImageProgress;
  }
}

/** @throws RigError `docker_refused` where the daemon says that it failed */
function readProgress(line: string): ImageProgress {
  const progress = JSON.parse(line) as ImageProgress;
  const said = progress.errorDetail?.message ?? progress.error;
  if (said !== undefined) throw new RigError('docker_refused', said.trim());
  return progress;
}

const refused = (why: string): RigError =>
  new RigError('docker_refused', `The Docker daemon did not make the image: ${why}.`);

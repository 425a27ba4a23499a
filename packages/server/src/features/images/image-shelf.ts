import { isRigError } from '@rig-ops/contract/errors';
import { type DockerClient, isDockerAway } from '@rig-ops/docker';
import type { BuildRecord } from '../builds/build-store.ts';
import type { BuildImage } from './build-image.ts';
import { nameOfBuild } from './image-names.ts';
import { tcpPortsOf } from './registry/read-image-config.ts';

export interface ImageShelfOptions {
  docker: DockerClient;
}

/**
 * Keeps the images of builds on the daemon, each under a name of rig's own: so it stays when the name that
 * somebody else knows it by moves on, or its base is removed. Nothing without such a name is ever removed.
 */
export class ImageShelf {
  readonly #docker: DockerClient;

  constructor({ docker }: ImageShelfOptions) {
    this.#docker = docker;
  }

  /** Reads what is needed to run an image. @throws RigError `image_not_found`, `docker_…` */
  async describe(
    image: string,
  ): Promise<Pick<BuildImage, 'id' | 'bytes' | 'entrypoint' | 'command' | 'port' | 'user'>> {
    const { Config, Id, Size } = await this.#docker.images.inspect(image);
    const ports = tcpPortsOf(Config.ExposedPorts);
    return {
      id: Id,
      bytes: Size,
      entrypoint: [...(Config.Entrypoint ?? [])],
      command: [...(Config.Cmd ?? [])],
      port: ports.length === 1 ? (ports[0] ?? null) : null,
      user: Config.User ?? '',
    };
  }

  /** Gives an image the name of a build: from now on it stays. May be repeated. */
  async keep(buildId: string, image: string): Promise<void> {
    const { repo, tag } = nameOfBuild(buildId);
    await this.#docker.images.tag(image, repo, tag);
  }

  /** Whether the daemon has it. @throws RigError `docker_unreachable` */
  async isThere({ id }: Pick<BuildImage, 'id'>): Promise<boolean> {
    return (await this.#docker.images.find(id)) !== null;
  }

  /**
   * Takes the name of a build from its image; the image goes with its last name, and what it shares with others stays.
   * @returns false when that has to be tried again: something runs it, or the daemon does not answer
   */
  async remove({ id, image }: Pick<BuildRecord, 'id' | 'image'>): Promise<boolean> {
    try {
      for (const name of await this.#namesOf({ id, image })) await this.#docker.images.remove(name);
      if (image?.digest != null && (image.pulled || image.reference === null))
        await this.#removePulled(image.digest);
      return true;
    } catch (error) {
      if (isDockerAway(error) || (isRigError(error) && error.code === 'docker_conflict')) return false;
      throw error;
    }
  }

  /**
   * Removes what builds that were cut off have left: images that rig has made and that have no name, and names of builds
   * that keep no image.
   * @param builds of this platform, by id: those of others are told apart by that
   */
  async sweep(platform: string, builds: { get: (id: string) => Promise<BuildRecord | null> }): Promise<void> {
    for (const { Id, Labels, RepoTags } of await this.#docker.images.list({ 'rig.platform': platform })) {
      const buildId = Labels?.['rig.build'];
      if (buildId === undefined) continue;
      const build = await builds.get(buildId);
      const isWanted = build !== null && (build.endedAt === null || build.image?.id === Id);
      if (isWanted) continue;
      // Also that by which it was pushed.
      const own = (RepoTags ?? []).filter((name) => isOfBuild(name, buildId));
      // Whoever gave it a name may keep it.
      const names = (RepoTags ?? []).filter((name) => name !== '<none>:<none>');
      for (const name of names.length === 0 ? [Id] : own) await this.#removeUnlessUsed(name);
    }
  }

  /** Those that rig has given: its own, and that by which the image was pushed. */
  async #namesOf({ id, image }: Pick<BuildRecord, 'id' | 'image'>): Promise<string[]> {
    const { repo, tag } = nameOfBuild(id);
    const found = image === null ? null : await this.#docker.images.find(image.id);
    const pushed = (found?.RepoTags ?? []).filter((name) => isOfBuild(name, id));
    return [...new Set([...pushed, `${repo}:${tag}`])];
  }

  async #removeUnlessUsed(name: string): Promise<void> {
    await this.#docker.images.remove(name).catch((error: unknown) => {
      if (!isRigError(error) || error.code !== 'docker_conflict') throw error;
    });
  }

  /** One that a build has brought, or pushed, has no name but its digest now, unless other builds or somebody else gave it one. */
  async #removePulled(digest: string): Promise<void> {
    const found = await this.#docker.images.find(digest);
    if (found !== null && (found.RepoTags ?? []).length === 0) await this.#docker.images.remove(digest);
  }
}

const isOfBuild = (name: string, buildId: string): boolean => name.endsWith(`:${buildId}`);

import { isRigError, RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { DockerClient } from '@rig-ops/docker';
import type { Logger } from '../../logger.ts';
import type { ReleaseRecord } from '../releases/release-store.ts';
import { toRegistryError } from './explain-registry.ts';
import type { ImageShelf } from './image-shelf.ts';
import { nameOf, parseReference } from './parse-reference.ts';
import type { ImageRegistry } from './registry/image-registry.ts';
import { readRegistryKeys } from './registry-credentials.ts';

/** What a release says of its image. */
type ImageOfRelease = Pick<ReleaseRecord, 'buildId'> & {
  runtime: Pick<ReleaseRecord['runtime'], 'image' | 'imageName'>;
};

export interface ImageSupplyOptions {
  docker: DockerClient;
  shelf: ImageShelf;
  registries: ImageRegistry;
  layout: PlatformLayout;
}

const AGAIN_AFTER_MS = 10_000;
/** Longer no image takes; what hangs is tried again. */
const MOST_MS = 3_600_000;
/** Until it is noted that it is there. */
const SOON_MS = 10;

/** Has the images of releases on the daemon: what was removed from it, and is in a registry, is brought back by digest. */
export class ImageSupply {
  readonly #options: ImageSupplyOptions;
  readonly #bringing = new Map<string, Promise<void>>();
  /** Why one could not be brought, and when that is tried again. */
  readonly #failures = new Map<string, { error: RigError; again: number }>();

  constructor(options: ImageSupplyOptions) {
    this.#options = options;
  }

  /** Images that the daemon has not, and that could not be brought. */
  problems(): { code: string; app: null; message: string; fix: string }[] {
    return [...this.#failures.values()].map(({ error: { code, hint, message } }) => ({
      code,
      app: null,
      message,
      fix: hint ?? '',
    }));
  }

  /** Whether it is on the daemon, or its registry still has it. @throws RigError `image_denied`, `image_registry_unreachable`, `docker_…` */
  async isToBeHad(
    { digest, id }: { id: string; digest: string | null },
    signal: AbortSignal = AbortSignal.timeout(20_000),
  ): Promise<boolean> {
    const { docker, layout, registries } = this.#options;
    if ((await docker.images.find(id)) !== null) return true;
    if (digest === null) return false;
    const reference = parseReference(digest);
    const keys = await readRegistryKeys(layout.dockerConfig);
    return await registries.has(reference, { credentials: keys.of(reference.registry), signal });
  }

  /**
   * Brings the image of a release where the daemon has it not; nothing happens where no registry is known to have it.
   * @param onFetch told when that takes a while
   * @throws RigError `image_not_found`, `image_denied`, `image_registry_unreachable`, `docker_…`, `disk_full`; the reason of `signal`
   */
  async bring(release: ImageOfRelease, onFetch: () => Promise<void>, signal: AbortSignal): Promise<void> {
    if (!(await this.#isMissing(release))) return;
    await onFetch();
    await this.#pull(release, signal);
    this.#failures.delete(release.buildId);
  }

  /**
   * Whether an instance of a release can be started. Where its image has to be brought first that is begun, and
   * `onEnd` told when it is worth asking again.
   */
  async isReady(release: ImageOfRelease, log: Logger, onEnd: (inMs?: number) => void): Promise<boolean> {
    const { buildId } = release;
    if (this.#bringing.has(buildId)) return false;
    if (!(await this.#isMissing(release))) {
      this.#failures.delete(buildId);
      return true;
    }
    const failed = this.#failures.get(buildId);
    if (failed !== undefined && failed.again > Date.now()) return false;
    const bringing = this.#pullInBackground(release, log, onEnd).finally(() =>
      this.#bringing.delete(buildId),
    );
    this.#bringing.set(buildId, bringing);
    return false;
  }

  /** Does not fail: why it could not be is among the problems. */
  async #pullInBackground(
    release: ImageOfRelease,
    log: Logger,
    onEnd: (inMs?: number) => void,
  ): Promise<void> {
    const { buildId } = release;
    try {
      await this.#pull(release, AbortSignal.timeout(MOST_MS));
      this.#failures.delete(buildId);
      onEnd(SOON_MS);
    } catch (thrown) {
      const error = isRigError(thrown)
        ? thrown
        : new RigError('image_registry_unreachable', `An image could not be brought: ${String(thrown)}.`);
      log.warn('an image could not be brought', {
        build: buildId,
        code: error.code,
        message: error.message,
      });
      this.#failures.set(buildId, { error, again: Date.now() + AGAIN_AFTER_MS });
      onEnd(AGAIN_AFTER_MS + SOON_MS);
    }
  }

  /** Those of a cluster are fetched there, and not known by an id. */
  async #isMissing({ runtime: { image, imageName } }: ImageOfRelease): Promise<boolean> {
    if (image?.startsWith('sha256:') !== true || imageName?.digest == null) return false;
    return (await this.#options.docker.images.find(image)) === null;
  }

  async #pull({ buildId, runtime }: ImageOfRelease, signal: AbortSignal): Promise<void> {
    const { docker, layout, shelf } = this.#options;
    const reference = parseReference(runtime.imageName?.digest ?? '');
    const name = nameOf(reference);
    const keys = await readRegistryKeys(layout.dockerConfig);
    try {
      const credentials = keys.of(reference.registry);
      for await (const { id } of docker.images.pull(name, reference.digest ?? '', credentials, signal))
        void id;
    } catch (error) {
      signal.throwIfAborted();
      throw toRegistryError(reference.shown, error);
    }
    const { Id } = await docker.images.inspect(`${name}@${reference.digest}`);
    if (Id !== runtime.image)
      throw new RigError(
        'image_unfit',
        `${reference.shown} is known to this daemon as ${Id}, and the release runs ${runtime.image}.`,
        { hint: 'Deploy again: the daemon is of another kind than the one that the release was built by.' },
      );
    await shelf.keep(buildId, Id);
  }
}

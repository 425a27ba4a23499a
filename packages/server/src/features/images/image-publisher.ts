import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { DockerClient } from '@rig-ops/docker';
import type { BuildLimits } from '../builds/build-limits.ts';
import type { BuildRecord, BuildStepRecord } from '../builds/build-store.ts';
import type { BuildStepChange } from '../deploys/deploy-store.ts';
import type { BuildImage } from './build-image.ts';
import { ImageSteps } from './image-steps.ts';
import { nameOf, parseReference } from './parse-reference.ts';
import { pushImage } from './push-image.ts';
import { readRegistryKeys } from './registry-credentials.ts';
import { runLogged } from './run-logged.ts';

export interface ImagePublisherOptions {
  docker: DockerClient;
  /** Where images are pushed to, as `ghcr.io/team`. */
  registry: string;
  layout: PlatformLayout;
}

export interface PublishOrder {
  build: Pick<BuildRecord, 'id'>;
  appName: string;
  image: BuildImage;
  /** Steps of the build so far. */
  before: readonly BuildStepRecord[];
  /** How long one step may take. */
  stepSeconds: number;
  limits: BuildLimits;
  onStep: (change: BuildStepChange) => Promise<void>;
  onSteps: (steps: BuildStepRecord[]) => Promise<void>;
}

/** Brings the images of builds to the registry of the platform. */
export class ImagePublisher {
  /** Where images are pushed to, as `ghcr.io/team`. */
  readonly registry: string;
  readonly #docker: DockerClient;
  readonly #layout: PlatformLayout;

  constructor({ docker, layout, registry }: ImagePublisherOptions) {
    this.#docker = docker;
    this.#layout = layout;
    this.registry = registry;
  }

  /** Whether an image is where those that are built belong; one that somebody named is where they have it. */
  isPublished({ digest, reference }: Pick<BuildImage, 'digest' | 'reference'>): boolean {
    return reference !== null || digest?.startsWith(`${this.registry}/`) === true;
  }

  /**
   * Pushes the image of a build as `<registry>/<app>:<build>`. May be repeated after it was cut anywhere: the registry
   * keeps the layers that it has.
   * @returns the image with the digest by which the registry has it
   * @throws RigError `image_push_…`, `image_registry_unreachable`, `docker_…`, `build_failed` where a limit is exceeded; the reason of `signal`
   */
  async publish(order: PublishOrder, signal: AbortSignal): Promise<BuildImage> {
    const { appName, before, build, image, limits, onStep, onSteps, stepSeconds } = order;
    const reference = parseReference(`${this.registry}/${appName}:${build.id}`);
    const keys = await readRegistryKeys(this.#layout.dockerConfig);
    const work = { build, limits, stepSeconds, steps: new ImageSteps({ onStep, onSteps, before }) };
    const what = `the push to ${this.registry}`;
    return await runLogged(this.#layout, { ...work, what }, signal, async (running) => {
      await this.#docker.images.tag(image.id, nameOf(reference), build.id);
      const digest = await pushImage(reference, this.#docker, { ...running, build: build.id, keys });
      return { ...image, digest };
    });
  }
}

import { isRigError, RigError } from '@rig-ops/contract/errors';
import { timestampOf } from '../../clock.ts';
import { createBuildMachine } from '../../detectors/build-machine.ts';
import { detectorsOfImage, dockerfileDetectors } from '../../detectors/image-detectors.ts';
import { makePlan } from '../../detectors/make-plan.ts';
import type { Plan } from '../../detectors/plan.ts';
import type { BundleRecord } from '../bundles/bundle-store.ts';
import { requireBaseImage } from '../images/base-image.ts';
import { openBundleTree } from '../images/bundle-tree.ts';
import type { BuildImage } from '../images/build-image.ts';
import { imageFromArtifact } from '../images/image-from-artifact.ts';
import type { Images } from '../images/open-images.ts';
import { buildPath } from './build-environment.ts';
import type { BuildOrder, BuildRunnerOptions } from './build-runner.ts';
import type { BuildRecord } from './build-store.ts';

export interface BuildImagesOptions
  extends Pick<
    BuildRunnerOptions,
    | 'baseEnvironment'
    | 'blobs'
    | 'builds'
    | 'clock'
    | 'engines'
    | 'images'
    | 'limits'
    | 'node'
    | 'remote'
    | 'toolchainOf'
  > {
  /** The folder of the artifact of a build. */
  artifactOf: (buildId: string) => string;
}

/** What images have to do with builds: those that are made without steps of this platform, and artifacts on a base. */
export class BuildImages {
  readonly #options: BuildImagesOptions;

  constructor(options: BuildImagesOptions) {
    this.#options = options;
  }

  /** Null where a build of an app of the network makes none. */
  of(network: string): Images | null {
    const { engines, images } = this.#options;
    const { builds, fetchesFiles, images: runsImages } = engines.of(network).capabilities;
    if (builds === 'container') return images;
    // A cluster fetches from a registry what a daemon beside it has built.
    return runsImages && fetchesFiles && images?.publisher != null ? images : null;
  }

  /** The plan of a build that makes an image without steps of this platform; null for any other. */
  async plan(
    { appId, root }: BuildRecord,
    { manifest }: BundleRecord,
    { app, image }: BuildOrder,
  ): Promise<Plan | null> {
    const { baseEnvironment, blobs, engines, images, node } = this.#options;
    const { capabilities } = engines.of(app.network);
    if (!capabilities.images || (images === null && !capabilities.fetchesFiles)) return null;
    const machine = { ...createBuildMachine(buildPath(node, baseEnvironment)), images: true };
    const tree = openBundleTree(manifest, appId, blobs);
    if (image !== null) return await makePlan(tree, machine, detectorsOfImage(image), { root });
    try {
      const plan = await makePlan(tree, machine, dockerfileDetectors, { root });
      if (plan.image === undefined) return null;
      this.#requireBuilder(app.network);
      return plan;
    } catch (error) {
      if (isRigError(error) && error.code === 'nothing_detected') return null;
      throw error;
    }
  }

  async make(
    build: BuildRecord,
    { bundle, plan }: { bundle: BundleRecord; plan: Plan },
    order: BuildOrder,
    signal: AbortSignal,
  ): Promise<NonNullable<BuildRecord['image']> | null> {
    const { baseEnvironment, blobs, builds, images, limits } = this.#options;
    const { id } = build;
    if (plan.image !== undefined && 'reference' in plan.image && this.#areFetched(order.app.network))
      return await this.#resolve(build, plan, plan.image.reference, order, signal);
    if (images === null) return null;
    // Made in an earlier life of rigd, which ended before it noted the end.
    if (build.image !== null && (await images.shelf.isThere(build.image)))
      return await this.#publish(build, { image: build.image, plan, images }, order, signal);
    await this.#begin(id, plan);
    const { app, config, onStep, readsCache, secretNames } = order;
    const image = await images.maker.make(
      {
        build,
        appName: app.name,
        plan,
        manifest: bundle.manifest,
        blobs,
        config,
        secretNames,
        baseEnvironment,
        readsCache,
        limits: limits(),
        onStep,
        onSteps: async (steps) => await builds.setSteps(id, steps),
      },
      signal,
    );
    await builds.setImage(id, image);
    return await this.#publish(build, { image, plan, images }, order, signal);
  }

  #areFetched(network: string): boolean {
    return this.#options.engines.of(network).capabilities.fetchesFiles;
  }

  /** Of an image that instances fetch, what its name stands for; what an earlier life of rigd has noted is so for good. */
  async #resolve(
    build: BuildRecord,
    plan: Plan,
    reference: string,
    { onStep }: BuildOrder,
    signal: AbortSignal,
  ): Promise<BuildImage | null> {
    const { builds, remote } = this.#options;
    const { id } = build;
    if (build.image !== null) return null;
    await this.#begin(id, plan);
    const onSteps = async (steps: BuildRecord['steps']) => await builds.setSteps(id, steps);
    const image = await remote.resolve({ build, plan, onStep, onSteps }, reference, signal);
    await builds.setImage(id, image);
    return image;
  }

  async #begin(id: string, plan: Plan): Promise<void> {
    const { builds, clock, toolchainOf } = this.#options;
    const toolchain = await toolchainOf(plan, true);
    await builds.start(id, { plan, steps: [], toolchain, installFromCache: false, at: timestampOf(clock) });
  }

  /** Puts the artifact on its base. Done again from the start when it was cut. */
  async fromArtifact(build: BuildRecord, plan: Plan, order: BuildOrder, signal: AbortSignal): Promise<void> {
    const { builds } = this.#options;
    const images = this.of(order.app.network);
    if (images === null) return;
    const { image: known } = (await builds.get(build.id)) ?? build;
    const image =
      known !== null && (await images.shelf.isThere(known))
        ? known
        : await this.#putOnBase(build.id, plan, { images, appName: order.app.name }, signal);
    await this.#publish(build, { image, plan, images }, order, signal);
  }

  async #putOnBase(
    buildId: string,
    { baseImages, root }: Plan,
    { appName, images }: { appName: string; images: Images },
    signal: AbortSignal,
  ): Promise<BuildImage> {
    const { builds } = this.#options;
    const { shelf } = images;
    const run = baseImages?.run ?? null;
    const base = run === null ? null : await requireBaseImage(images, run, 'run', signal);
    const artifact = this.#options.artifactOf(buildId);
    const image = await imageFromArtifact(images, { buildId, appName, artifact, root, base }, signal);
    await shelf.keep(buildId, image);
    const made = { reference: null, digest: null, pulled: false };
    const described = { ...(await shelf.describe(image)), ...made };
    await builds.setImage(buildId, described);
    return described;
  }

  /** Brings what was built to the registry of the platform, where it has one. */
  async #publish(
    { id }: BuildRecord,
    { image, images, plan }: { image: BuildImage; images: Images; plan: Plan },
    { app, onStep }: BuildOrder,
    signal: AbortSignal,
  ): Promise<BuildImage> {
    const { builds, limits } = this.#options;
    const { publisher } = images;
    if (publisher === null || publisher.isPublished(image)) return image;
    const order = {
      build: { id },
      appName: app.name,
      image,
      before: (await builds.get(id))?.steps ?? [],
      stepSeconds: plan.stepTimeoutSeconds,
      limits: limits(),
      onStep,
      onSteps: async (steps: BuildRecord['steps']) => await builds.setSteps(id, steps),
    };
    const published = await publisher.publish(order, signal);
    await builds.setImage(id, published);
    return published;
  }

  /** @throws RigError `builder_missing`, `registry_missing` where an image of a Dockerfile could not come to the pods */
  #requireBuilder(network: string): void {
    const { engines, images } = this.#options;
    if (!engines.of(network).capabilities.fetchesFiles) return;
    if (images === null)
      throw new RigError(
        'builder_missing',
        'The app is built by its Dockerfile, and the platform has no Docker daemon that does it.',
      );
    if (images.publisher === null)
      throw new RigError(
        'registry_missing',
        'The app is built by its Dockerfile, and there is no registry that its pods could fetch the image from.',
      );
  }

  /** What a daemon keeps that does not answer goes with the next sweep. */
  async drop(id: string): Promise<void> {
    const { builds, images } = this.#options;
    const build = await builds.get(id);
    if (build?.image == null || images === null || build.image.remote === true) return;
    if (await images.shelf.remove(build)) await builds.setImage(id, null);
  }
}

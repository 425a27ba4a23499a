import { join } from 'node:path';
import type { BlobStore } from '@rig-ops/bundle/store';
import { RigError } from '@rig-ops/contract/errors';
import type { BundleManifest } from '@rig-ops/contract/bundle-manifest';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { DockerClient } from '@rig-ops/docker';
import type { Plan } from '../../detectors/plan.ts';
import type { BuildLimits } from '../builds/build-limits.ts';
import type { BuildRecord, BuildStepRecord } from '../builds/build-store.ts';
import type { BuildStepChange } from '../deploys/deploy-store.ts';
import { readLastLines } from '../instances/read-last-lines.ts';
import { buildByDockerfile } from './build-by-dockerfile.ts';
import type { BuildImage } from './build-image.ts';
import { readBundleText } from './bundle-tree.ts';
import { buildContext } from './context/build-context.ts';
import { parseDockerIgnore } from './context/dockerignore.ts';
import { explainBuild } from './explain-build.ts';
import type { ImageLog } from './image-log.ts';
import { imageLabels } from './image-names.ts';
import type { ImageShelf } from './image-shelf.ts';
import { ImageSteps } from './image-steps.ts';
import { parseReference } from './parse-reference.ts';
import { pullImage } from './pull-image.ts';
import { readDockerfile } from './read-dockerfile.ts';
import { readRegistryKeys } from './registry-credentials.ts';
import { runLogged } from './run-logged.ts';

export interface ImageMakerOptions {
  docker: DockerClient;
  /** Id of the platform on the daemon. */
  platform: string;
  shelf: ImageShelf;
  layout: PlatformLayout;
}

export interface ImageOrder {
  build: BuildRecord;
  appName: string;
  plan: Plan;
  manifest: BundleManifest;
  blobs: Pick<BlobStore, 'readFiles'>;
  /** Variables of the app that are for builds, and which of them nobody may read. */
  config: Record<string, string>;
  secretNames: ReadonlySet<string>;
  baseEnvironment: Record<string, string>;
  readsCache: boolean;
  limits: BuildLimits;
  onStep: (change: BuildStepChange) => Promise<void>;
  onSteps: (steps: BuildStepRecord[]) => Promise<void>;
}

/** Makes the image of a plan that has one: by a Dockerfile, or from a registry. */
export class ImageMaker {
  readonly #options: ImageMakerOptions;

  constructor(options: ImageMakerOptions) {
    this.#options = options;
  }

  /**
   * May be repeated after it was cut anywhere: what the daemon was doing ends with the connection, and is done again.
   * @returns the image, which stays from now on under the name of the build
   * @throws RigError why there is none; the reason of `signal`
   */
  async make(order: ImageOrder, signal: AbortSignal): Promise<BuildImage> {
    const { build, limits, onStep, onSteps, plan } = order;
    const { stepTimeoutSeconds: stepSeconds } = plan;
    const work = { build, limits, stepSeconds, steps: new ImageSteps({ onStep, onSteps }) };
    return await runLogged(this.#options.layout, work, signal, async (running) => {
      await running.log.tell('build', `Detected: ${plan.detector}`, ...plan.notes);
      const image = await this.#make(order, running);
      await this.#options.shelf.keep(build.id, image.id);
      return image;
    });
  }

  async #make(
    order: ImageOrder,
    running: { log: ImageLog; steps: ImageSteps; signal: AbortSignal },
  ): Promise<BuildImage> {
    const { docker, layout, shelf } = this.#options;
    const keys = await readRegistryKeys(layout.dockerConfig);
    const { image } = order.plan;
    if (image === undefined) throw new RigError('unexpected', 'The plan names no image.');
    if ('reference' in image) {
      const reference = parseReference(image.reference);
      const pulled = await pullImage(reference, docker, { ...running, keys });
      const facts = await shelf.describe(pulled.id);
      await this.#requireFit(pulled.id, reference.shown);
      return { ...facts, ...pulled, reference: reference.shown };
    }
    const id = await this.#build(order, image, running);
    return { ...(await shelf.describe(id)), reference: null, digest: null, pulled: false };
  }

  async #build(
    { appName, baseEnvironment, blobs, build, config, manifest, plan, readsCache, secretNames }: ImageOrder,
    {
      args,
      context: folder,
      dockerfile,
      target,
    }: Extract<NonNullable<Plan['image']>, { dockerfile: string }>,
    { log, signal, steps }: { log: ImageLog; steps: ImageSteps; signal: AbortSignal },
  ): Promise<string> {
    const { docker, layout, platform } = this.#options;
    const read = async (path: string) => await readBundleText(manifest, path, build.appId, blobs);
    const path = plan.root === '.' ? dockerfile : `${plan.root}/${dockerfile}`;
    const text = await read(path);
    if (text === null) throw new RigError('dockerfile_not_found', `The source has no ${path}.`);
    const ignore = await parseDockerIgnore(
      (await read(`${path}.dockerignore`)) ??
        (await read(folder === '.' ? '.dockerignore' : `${folder}/.dockerignore`)) ??
        '',
    );
    const { entries } = manifest;
    const context = buildContext(
      { appId: build.appId, entries, folder, dockerfile: path, text, ignore },
      blobs,
    );
    await log.tell(
      'build',
      `${path}: ${context.files} files, ${(context.bytes / 1e6).toFixed(1)} MB go to the daemon`,
    );
    const outcome = await buildByDockerfile(
      {
        buildId: build.id,
        context,
        target,
        facts: readDockerfile(text),
        args,
        env: plan.env,
        config,
        secretNames,
        baseEnvironment,
        labels: imageLabels(platform, { appName, buildId: build.id }),
        readsCache,
        keys: await readRegistryKeys(layout.dockerConfig),
        log,
        steps,
      },
      docker,
      signal,
    );
    if (outcome.error === null && outcome.id !== null) return outcome.id;
    const error = outcome.error ?? 'the daemon told of no image';
    await log.tell(outcome.step ?? 'build', error);
    await log.close();
    const lastLines = await readLastLines(
      join(layout.logs, 'builds', build.id),
      ({ instance, kind }) => kind === 'build' && (outcome.step === null || instance === outcome.step),
    );
    throw explainBuild({ build: build.id, dockerfile: path, outcome: { ...outcome, error }, lastLines });
  }

  /** One for other machines would end at once, with words that help nobody. */
  async #requireFit(id: string, shown: string): Promise<void> {
    const { docker } = this.#options;
    const [image, { Arch, Os }] = [await docker.images.inspect(id), await docker.version()];
    if (image.Os === Os && image.Architecture === Arch) return;
    throw new RigError(
      'image_unfit',
      `${shown} is for ${image.Os}/${image.Architecture}, and the daemon runs ${Os}/${Arch}.`,
    );
  }
}

import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '@rig-ops/bundle/store';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { type Clock, timestampOf } from '../../clock.ts';
import { createBuildMachine } from '../../detectors/build-machine.ts';
import { makePlan } from '../../detectors/make-plan.ts';
import { detectors } from '../../detectors/registry.ts';
import type { Plan } from '../../detectors/plan.ts';
import { openSourceTree } from '../../detectors/source-tree.ts';
import type { PlatformEngines } from '../../engines/platform-engines.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { AppRecord } from '../apps/app-store.ts';
import type { BundleRecord, BundleStore } from '../bundles/bundle-store.ts';
import type { BuildStepChange } from '../deploys/deploy-store.ts';
import type { Images } from '../images/open-images.ts';
import { requireBaseImage } from '../images/base-image.ts';
import { runtimeInPod } from '../artifacts/runtime-in-pod.ts';
import type { RegistryImages } from '../images/registry-images.ts';
import { runtimeInImage } from '../images/runtime-in-image.ts';
import { pathOf } from '../instances/instance-environment.ts';
import type { RuntimePlan } from '../releases/release-store.ts';
import type { BuildCache } from './build-cache.ts';
import { buildEnvironment, buildHome, buildPath } from './build-environment.ts';
import { buildJob } from './build-job.ts';
import { BuildImages } from './build-images.ts';
import type { BuildLimits } from './build-limits.ts';
import type { BuildQueue } from './build-queue.ts';
import type { BuildRecord, BuildStore } from './build-store.ts';
import { copySettings, openBuildRoom, openImageMachines } from './container-room.ts';
import { describeBuildFailure } from './describe-build-failure.ts';
import { followJob } from './follow-job.ts';
import { removeTree } from './remove-tree.ts';
import { settleRuntime } from './settle-runtime.ts';
import { toStepError } from './to-step-error.ts';
import type { ToolchainOf } from './toolchain-of.ts';

export interface BuildRunnerOptions {
  builds: BuildStore;
  bundles: BundleStore;
  blobs: Pick<BlobStore, 'materialise' | 'readFiles'>;
  cache: BuildCache;
  queue: BuildQueue;
  engines: Pick<PlatformEngines, 'of'>;
  /** Of an app. */
  networkOf: (appId: string) => Promise<string>;
  /** Image of rig itself, for pods; null where nobody has said one. */
  podImage: string | null;
  mirror: EngineMirror;
  /** Null where releases are no images. */
  images: Images | null;
  /** Images that instances fetch themselves. */
  remote: RegistryImages;
  layout: PlatformLayout;
  baseEnvironment: Record<string, string>;
  node: string;
  clock: Clock;
  toolchainOf: ToolchainOf;
  /** Asked at the begin of each build. @throws RigError when nobody can tell */
  limits: () => BuildLimits;
  /** Called when the end of a build was noted. */
  onEnd: (buildId: string) => void;
}

/** How a build is made. */
export interface BuildOrder {
  app: Pick<AppRecord, 'name' | 'network'>;
  /** Whether it may use what earlier builds have left. */
  readsCache: boolean;
  /** The image that is there already; null for one that is to be built. */
  image: string | null;
  /** Variables of the app that are for builds. */
  config: Record<string, string>;
  /** Those of them that nobody may read. */
  secretNames: ReadonlySet<string>;
  /** Told its place when it has to wait, 1 for the next. */
  onPosition: (position: number) => Promise<void>;
  onStep: (change: BuildStepChange) => Promise<void>;
}

/** What was to be written beside the build fails as well when that fills the disk. */
function toBuildError(build: string, thrown: unknown): RigError {
  const error = toStepError(thrown);
  if (error.code !== 'disk_full' || error.details !== undefined) return error;
  return new RigError('disk_full', 'The disk of the platform became full during the build.', {
    details: { build },
    cause: thrown,
  });
}

/** Turns bundles into artifacts. */
export class BuildRunner {
  readonly #options: BuildRunnerOptions;
  readonly #images: BuildImages;

  constructor(options: BuildRunnerOptions) {
    this.#options = options;
    this.#images = new BuildImages({ ...options, artifactOf: (id) => this.artifactOf(id) });
  }

  /** The folder of the artifact of a build. */
  artifactOf(buildId: string): string {
    return join(this.#options.layout.artifacts, buildId);
  }

  /**
   * Builds, or goes on with a build that an earlier rigd began, and tells of its steps.
   * @throws RigError why it failed; nothing of the artifact is left then
   * @throws the reason of `signal`, which leaves everything to the next call, or to {@link abandon}
   */
  async run(build: BuildRecord, order: BuildOrder, signal: AbortSignal): Promise<void> {
    if (build.status === 'succeeded') return;
    if (build.failure !== null) throw RigError.fromDocument(build.failure);
    const { mirror } = this.#options;
    await mirror.until(() => (mirror.ready ? true : undefined), signal);
    const leave = await this.#enter(build, order, signal);
    try {
      await this.#build(build, order, signal);
      await this.#end(build, null);
    } catch (error) {
      signal.throwIfAborted();
      const failure = toBuildError(build.id, error);
      await this.#end(build, failure);
      throw failure;
    } finally {
      leave();
    }
  }

  /** Ends a build that nobody wants any more. May be repeated; one that has ended stays as it is. */
  async abandon(buildId: string, failure: RigError): Promise<void> {
    const build = await this.#options.builds.get(buildId);
    if (build !== null && build.endedAt === null) await this.#end(build, failure);
  }

  /** What the artifact of a build that has succeeded runs. */
  async runtimeOf(build: BuildRecord): Promise<RuntimePlan> {
    if (build.plan === null) throw new RigError('build_not_found', `The build ${build.id} has no plan.`);
    const runtime = await settleRuntime(this.artifactOf(build.id), build.plan);
    const { engines, networkOf, podImage } = this.#options;
    const { capabilities } = engines.of(await networkOf(build.appId));
    if (build.image !== null)
      return runtimeInImage(runtime, build.plan, build.image, { byDigest: capabilities.fetchesFiles });
    return capabilities.fetchesFiles ? runtimeInPod(runtime, build.plan, podImage) : runtime;
  }

  /** Whether what a build has made is there: its image, or its artifact. */
  async isThere(buildId: string): Promise<boolean> {
    const { builds, images, remote } = this.#options;
    const build = await builds.get(buildId);
    if (build?.image != null && (await this.#areFetched(build.appId)))
      return await remote.isThere(build.image);
    if (build?.image != null) return (await images?.supply.isToBeHad(build.image)) === true;
    return await access(this.artifactOf(buildId)).then(
      () => true,
      () => false,
    );
  }

  /** Whether the registry of an image counts, and no daemon beside rigd. */
  async #areFetched(appId: string): Promise<boolean> {
    const { engines, networkOf } = this.#options;
    return engines.of(await networkOf(appId)).capabilities.fetchesFiles;
  }

  /** Waits for its turn; what the engine runs already has had it. */
  async #enter(build: BuildRecord, order: BuildOrder, signal: AbortSignal): Promise<() => void> {
    const { mirror, queue } = this.#options;
    if (mirror.build(build.id) !== undefined) return queue.resume(build);
    // Told one after the other; what cannot be told is no reason to end the build.
    let telling: Promise<unknown> = Promise.resolve();
    const onPosition = (position: number) => {
      telling = telling.then(() => order.onPosition(position)).catch(() => undefined);
    };
    const leave = await queue.enter(build, onPosition, signal);
    await telling;
    return leave;
  }

  async #build(build: BuildRecord, order: BuildOrder, signal: AbortSignal): Promise<void> {
    const { builds, cache, layout, mirror } = this.#options;
    const { appId, id } = build;
    const bundle = await this.#requireBundle(build);
    const imagePlan = await this.#images.plan(build, bundle, order);
    if (imagePlan !== null) {
      const made = await this.#images.make(build, { bundle, plan: imagePlan }, order, signal);
      // One that has nothing to start is told of now.
      if (made !== null) await this.runtimeOf({ ...build, plan: imagePlan, image: made });
      return;
    }
    const known = build.status === 'running' && mirror.build(id) !== undefined && build.plan !== null;
    if (known) cache.hold(appId, id);
    else await this.#begin(build, bundle, order, signal);
    const onSteps = (steps: BuildRecord['steps']) => builds.setSteps(id, steps);
    const before = known ? build.steps : [];
    const report = await followJob({ id, mirror, before, onStep: order.onStep, onSteps }, signal);
    if (report.state !== 'succeeded') throw await describeBuildFailure(report, layout);
    const { plan } = (await builds.get(id)) ?? {};
    if (plan != null) await settleRuntime(this.artifactOf(id), plan);
    if (plan != null && plan.image === undefined) await this.#images.fromArtifact(build, plan, order, signal);
    // The app runs as well without.
    await cache.commit({ appId, buildId: id }, report).catch(() => undefined);
  }

  async #requireBundle({ appId, bundleId }: BuildRecord): Promise<BundleRecord> {
    const bundle = await this.#options.bundles.find(appId, bundleId);
    if (bundle === undefined) throw new RigError('not_found', `The bundle ${bundleId} is not there.`);
    return bundle;
  }

  /** Writes the tree, finds out what it is and starts the job. Done again from the start when it was cut. */
  async #begin(
    build: BuildRecord,
    bundle: BundleRecord,
    order: BuildOrder,
    signal: AbortSignal,
  ): Promise<void> {
    const { baseEnvironment, blobs, builds, cache, clock, engines, layout, node, toolchainOf } =
      this.#options;
    const { appId, id: buildId } = build;
    const limits = this.#options.limits();
    const artifact = this.artifactOf(buildId);
    const home = buildHome(layout, buildId);
    await removeTree(artifact);
    await mkdir(artifact, { recursive: true, mode: 0o700 });
    await mkdir(home, { recursive: true, mode: 0o700 });
    await blobs.materialise(appId, bundle.manifest, artifact, { signal });
    const plan = await this.#plan(build, { artifact, network: order.app.network }, signal);
    const { app, config, readsCache: reads } = order;
    const room = await this.#room(plan, { limits, network: app.network }, signal);
    if (room !== null) await copySettings(baseEnvironment['HOME'], home);
    const toolchain = await toolchainOf(plan, this.#images.of(app.network) !== null);
    const path = buildPath(node, baseEnvironment);
    const cached = await cache.prepare({
      buildId,
      appId,
      artifact,
      plan,
      config,
      path,
      reads,
      ...(room === null ? {} : { toolchain }),
    });
    const environment = {
      layout,
      buildId,
      artifact,
      plan,
      config,
      node: room === null ? node : null,
      baseEnvironment: room?.environment ?? baseEnvironment,
    };
    const job = buildJob({
      buildId,
      appId,
      artifact,
      plan,
      cache: cached,
      environmentOf: (step) => buildEnvironment(environment, step),
      environment: { PATH: environment.baseEnvironment['PATH'] ?? '/usr/bin:/bin' },
      limits,
      folders: [artifact, home],
      ...(room === null ? {} : { container: room.container, image: plan.baseImages?.build ?? '' }),
    });
    await builds.start(buildId, {
      plan,
      steps: job.steps.map(({ name }) => name),
      toolchain,
      installFromCache: cached.install !== null,
      at: timestampOf(clock),
    });
    await engines.of(app.network).runBuild(job);
  }

  async #plan(
    build: BuildRecord,
    { artifact, network }: { artifact: string; network: string },
    signal: AbortSignal,
  ): Promise<Plan> {
    const { baseEnvironment, engines, node } = this.#options;
    const [engine, images] = [engines.of(network), this.#images.of(network)];
    const machines = images === null ? null : openImageMachines(images, build.id, signal);
    const machine = machines?.machineOf ?? createBuildMachine(pathOf(artifact, node, baseEnvironment));
    try {
      const plan = await makePlan(openSourceTree(artifact), machine, detectors, { root: build.root });
      if (plan.limits !== undefined && !engine.capabilities.limits)
        throw new RigError(
          'limits_unsupported',
          `rig.toml limits ${Object.keys(plan.limits).join(', ')}, and programs of the engine ${engine.name} have no limits.`,
        );
      return plan;
    } finally {
      await machines?.close();
    }
  }

  /** Null where the steps are programs of this machine. @throws RigError `base_image_missing`, also for what comes behind the build */
  async #room(
    plan: Plan,
    where: { limits: BuildLimits; network: string },
    signal: AbortSignal,
  ): Promise<Awaited<ReturnType<typeof openBuildRoom>>> {
    const images = this.#images.of(where.network);
    if (images === null || plan.image !== undefined) return null;
    const run = plan.baseImages?.run ?? null;
    if (run !== null) await requireBaseImage(images, run, 'run', signal);
    return await openBuildRoom(images, { ...where, plan }, signal);
  }

  /** Notes the end, once nothing of the build runs and nothing that is not to stay is left. */
  async #end(build: BuildRecord, failure: RigError | null): Promise<void> {
    const { builds, cache, clock, layout, mirror, onEnd } = this.#options;
    const { appId, id } = build;
    if (failure !== null) {
      const state = mirror.build(id)?.state ?? 'running';
      // Ended by force, and has ended when this resolves. One that has ended is forgotten once that is noted.
      if (state === 'running') await mirror.forgetBuild(id);
      await removeTree(this.artifactOf(id));
      await this.#images.drop(id);
    }
    await cache.discard({ appId, buildId: id }).catch(() => undefined);
    await removeTree(buildHome(layout, id));
    const document = failure === null ? null : toErrorDocument(failure);
    await builds.finish(id, { failure: document, endedAt: timestampOf(clock) });
    onEnd(id);
    await mirror.forgetBuild(id);
  }
}

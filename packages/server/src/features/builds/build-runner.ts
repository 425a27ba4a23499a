import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '@rig-ops/bundle';
import { RigError, toErrorDocument } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { JobReport, JobSpec } from '@rig-ops/contract/supervisor';
import { type Clock, timestampOf } from '../../clock.ts';
import { createBuildMachine } from '../../detectors/build-machine.ts';
import { makePlan } from '../../detectors/make-plan.ts';
import type { Plan } from '../../detectors/plan.ts';
import { detectors } from '../../detectors/registry.ts';
import { openSourceTree } from '../../detectors/source-tree.ts';
import type { Engine } from '../../engines/engine.ts';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { BundleStore } from '../bundles/bundle-store.ts';
import type { BuildStepChange } from '../deploys/deploy-store.ts';
import { pathOf } from '../instances/instance-environment.ts';
import { readLastLines } from '../instances/read-last-lines.ts';
import type { RuntimePlan } from '../releases/release-store.ts';
import { buildEnvironment, buildHome } from './build-environment.ts';
import type { BuildRecord, BuildStepRecord, BuildStore } from './build-store.ts';
import { settleRuntime } from './settle-runtime.ts';
import { toStepError } from './to-step-error.ts';

export interface BuildRunnerOptions {
  builds: BuildStore;
  bundles: BundleStore;
  blobs: Pick<BlobStore, 'materialise'>;
  engine: Engine;
  mirror: EngineMirror;
  layout: PlatformLayout;
  baseEnvironment: Record<string, string>;
  node: string;
  clock: Clock;
  /** Called when the end of a build was noted. */
  onEnd: (buildId: string) => void;
}

const isSame = (left: BuildStepRecord | undefined, right: BuildStepRecord): boolean =>
  left?.status === right.status && left.exitCode === right.exitCode;

const changeOf = (step: BuildStepRecord): BuildStepChange | null => {
  const durationMs = step.durationMs === null ? {} : { durationMs: step.durationMs };
  if (step.status === 'running') return { name: step.name, status: 'started' };
  if (step.status === 'succeeded' || step.status === 'failed')
    return { name: step.name, status: step.status, ...durationMs };
  return null;
};

/** What is left to say of a build that the engine knows no more. */
function lostReport(id: string, plan: Plan): JobReport {
  const steps = plan.steps.map(({ name }) => ({
    name,
    status: 'skipped' as const,
    exitCode: null,
    durationMs: null,
  }));
  return { id, state: 'lost', steps, failure: null, endedAt: null };
}

/** Turns bundles into artifacts. */
export class BuildRunner {
  readonly #options: BuildRunnerOptions;

  constructor(options: BuildRunnerOptions) {
    this.#options = options;
  }

  /** The folder of the artifact of a build. */
  artifactOf(buildId: string): string {
    return join(this.#options.layout.artifacts, buildId);
  }

  /**
   * Builds, or goes on with a build that an earlier rigd began, and tells of its steps.
   * @param config variables of the app that are for builds
   * @throws RigError why it failed; nothing of the artifact is left then
   * @throws the reason of `signal`, which leaves everything to the next call
   */
  async run(
    build: BuildRecord,
    onStep: (change: BuildStepChange) => Promise<void>,
    signal: AbortSignal,
    config: Record<string, string> = {},
  ): Promise<void> {
    if (build.status === 'succeeded') return;
    if (build.failure !== null) throw RigError.fromDocument(build.failure);
    const { builds, clock, layout, mirror, onEnd } = this.#options;
    try {
      await this.#build(build, onStep, signal, config);
      await builds.finish(build.id, { failure: null, endedAt: timestampOf(clock) });
      onEnd(build.id);
    } catch (error) {
      signal.throwIfAborted();
      const failure = toStepError(error);
      await rm(this.artifactOf(build.id), { recursive: true, force: true });
      await builds.finish(build.id, { failure: toErrorDocument(failure), endedAt: timestampOf(clock) });
      onEnd(build.id);
      throw failure;
    } finally {
      if (!signal.aborted) await rm(buildHome(layout, build.id), { recursive: true, force: true });
    }
    await mirror.forgetBuild(build.id);
  }

  /** What the artifact of a build that has succeeded runs. */
  async runtimeOf(build: BuildRecord): Promise<RuntimePlan> {
    if (build.plan === null) throw new RigError('build_not_found', `The build ${build.id} has no plan.`);
    return settleRuntime(this.artifactOf(build.id), build.plan);
  }

  async #build(
    build: BuildRecord,
    onStep: (change: BuildStepChange) => Promise<void>,
    signal: AbortSignal,
    config: Record<string, string>,
  ): Promise<void> {
    const { mirror } = this.#options;
    await mirror.until(() => (mirror.ready ? true : undefined), signal);
    const known = build.status === 'running' && mirror.build(build.id) !== undefined;
    const plan = known && build.plan !== null ? build.plan : await this.#begin(build, signal, config);
    const report = await this.#follow(build.id, plan, known ? build.steps : [], onStep, signal);
    if (report.state !== 'succeeded') throw await this.#failureOf(build.id, report);
    await settleRuntime(this.artifactOf(build.id), plan);
  }

  /** Writes the tree, finds out what it is and starts the job. Done again from the start when it was cut. */
  async #begin(build: BuildRecord, signal: AbortSignal, config: Record<string, string>): Promise<Plan> {
    const { baseEnvironment, blobs, builds, bundles, engine, layout, node } = this.#options;
    const bundle = await bundles.find(build.appId, build.bundleId);
    if (bundle === undefined) throw new RigError('not_found', `The bundle ${build.bundleId} is not there.`);
    const artifact = this.artifactOf(build.id);
    await rm(artifact, { recursive: true, force: true });
    await mkdir(artifact, { recursive: true, mode: 0o700 });
    await mkdir(buildHome(layout, build.id), { recursive: true, mode: 0o700 });
    await blobs.materialise(build.appId, bundle.manifest, artifact, { signal });
    const machine = createBuildMachine(pathOf(artifact, node, baseEnvironment));
    const plan = await makePlan(openSourceTree(artifact), machine, detectors, {
      root: build.root,
    });
    await builds.start(build.id, plan);
    await engine.runBuild(this.#jobOf(build.id, artifact, plan, config));
    return plan;
  }

  #jobOf(buildId: string, artifact: string, plan: Plan, config: Record<string, string>): JobSpec {
    const { baseEnvironment, layout, node } = this.#options;
    const input = { layout, buildId, artifact, baseEnvironment, node, plan, config };
    return {
      id: buildId,
      steps: plan.steps.map((step) => ({
        name: step.name,
        argv: step.argv,
        cwd: join(artifact, step.folder ?? plan.root),
        env: { ...buildEnvironment(input, step), ...step.env },
        timeoutMs: plan.stepTimeoutSeconds * 1000,
      })),
      preamble: [`Detected: ${plan.detector}`, ...plan.notes],
    };
  }

  async #follow(
    id: string,
    plan: Plan,
    before: BuildStepRecord[],
    onStep: (change: BuildStepChange) => Promise<void>,
    signal: AbortSignal,
  ): Promise<JobReport> {
    const { builds, mirror } = this.#options;
    let told = before;
    let seen = false;
    for (;;) {
      const report = await mirror.until(() => {
        const found = mirror.build(id);
        if (found === undefined) return seen ? lostReport(id, plan) : undefined;
        seen = true;
        const changed = found.steps.some((step, index) => !isSame(told[index], step));
        return changed || found.state !== 'running' ? found : undefined;
      }, signal);
      for (const [index, step] of report.steps.entries()) {
        if (isSame(told[index], step)) continue;
        // A step that ended between two looks was started as well.
        const skippedStart = step.status !== 'running' && (told[index]?.status ?? 'pending') === 'pending';
        const change = changeOf(step);
        if (change !== null && skippedStart) await onStep({ name: step.name, status: 'started' });
        if (change !== null) await onStep(change);
      }
      told = structuredClone(report.steps);
      await builds.setSteps(id, told);
      if (report.state !== 'running') return report;
    }
  }

  async #failureOf(buildId: string, report: JobReport): Promise<RigError> {
    if (report.state === 'cancelled') return new RigError('cancelled', 'The build was cancelled.');
    if (report.state === 'lost')
      return new RigError('build_failed', 'The build was cut off: the supervisor of the platform ended.', {
        hint: 'Deploy again.',
      });
    const step = report.steps.find(({ status }) => status === 'failed');
    const lastLines = await readLastLines(
      join(this.#options.layout.logs, 'builds', buildId),
      (source) => source.kind === 'build',
    );
    const why =
      report.failure ?? `step ${step?.name ?? ''} failed with exit code ${step?.exitCode ?? 'unknown'}`;
    const message = `The build failed: ${why.replace(/\.$/, '')}.`;
    return new RigError('build_failed', message, {
      details: { build: buildId, step: step?.name ?? null, exitCode: step?.exitCode ?? null, lastLines },
    });
  }
}

import { join } from 'node:path';
import type { JobLimits, JobSpec, JobStep } from '@rig-ops/contract/supervisor';
import type { Plan, PlanStep } from '../../detectors/plan.ts';
import type { CachePlan, CacheStep } from './build-cache.ts';

export interface BuildJobInput {
  buildId: string;
  appId: string;
  artifact: string;
  plan: Plan;
  cache: CachePlan;
  /** The whole environment of a step of the plan. */
  environmentOf: (step: PlanStep) => Record<string, string>;
  /** That of the steps around it. */
  environment: Record<string, string>;
  limits: JobLimits;
  /** Folders that are the build's alone. */
  folders: string[];
  /** Where the steps run in a container, and what somebody knows its image by. */
  container?: NonNullable<JobSpec['container']>;
  image?: string;
}

/** What the engine is to run: the steps of the plan, and around them those of the cache. */
export function buildJob(input: BuildJobInput): JobSpec {
  const { appId, artifact, buildId, cache, container, environment, environmentOf, folders, limits, plan } =
    input;
  const timeoutMs = plan.stepTimeoutSeconds * 1000;
  const toStep = (step: PlanStep): JobStep => ({
    name: step.name,
    argv: step.argv,
    cwd: join(artifact, step.folder ?? plan.root),
    env: { ...environmentOf(step), ...cache.env, ...step.env },
    timeoutMs,
  });
  const toCacheStep = (step: CacheStep): JobStep => ({
    ...step,
    cwd: artifact,
    env: environment,
    timeoutMs,
  });
  const installs = plan.steps.filter(({ phase }) => phase === 'install');
  const others = plan.steps.filter(({ phase }) => phase !== 'install');
  return {
    id: buildId,
    steps: [
      ...cache.before.map(toCacheStep),
      ...(cache.install === null ? installs.map(toStep) : [toCacheStep(cache.install)]),
      ...cache.afterInstall.map(toCacheStep),
      ...others.map(toStep),
      ...cache.atEnd.map(toCacheStep),
    ],
    preamble: [
      `Detected: ${plan.detector}`,
      ...(input.image === undefined ? [] : [`Building in ${input.image}`]),
      ...plan.notes,
    ],
    limits,
    appId,
    folders: [...folders, cache.fresh],
    readable: cache.readable,
    ...(container === undefined ? {} : { container }),
  };
}

import type { JobReport } from '@rig-ops/contract/supervisor';
import type { EngineMirror } from '../../engines/engine-mirror.ts';
import type { BuildStepChange } from '../deploys/deploy-store.ts';
import type { BuildStepRecord } from './build-store.ts';

export interface FollowedJob {
  id: string;
  mirror: EngineMirror;
  /** What was told of its steps in an earlier life of rigd. */
  before: BuildStepRecord[];
  onStep: (change: BuildStepChange) => Promise<void>;
  /** Notes how the steps stand. */
  onSteps: (steps: BuildStepRecord[]) => Promise<void>;
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

/** What is left to say of a job that the engine knows no more. */
const lostReport = (id: string, steps: BuildStepRecord[]): JobReport => ({
  id,
  state: 'lost',
  steps: steps.map((step) => ({ ...step, status: 'skipped' as const })),
  failure: null,
  endedAt: null,
});

/** Follows a job to its end, and tells of each step once. */
export async function followJob(job: FollowedJob, signal: AbortSignal): Promise<JobReport> {
  const { id, mirror, onStep, onSteps } = job;
  let told = job.before;
  let seen = false;
  for (;;) {
    const report = await mirror.until(() => {
      const found = mirror.build(id);
      if (found === undefined) return seen ? lostReport(id, told) : undefined;
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
    await onSteps(told);
    if (report.state !== 'running') return report;
  }
}

import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import type { JobReport } from '@rig-ops/contract/supervisor';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { readLastLines } from '../instances/read-last-lines.ts';

/** Why a job did not succeed, as an error of its build. */
export async function describeBuildFailure(
  report: JobReport,
  { logs }: Pick<PlatformLayout, 'logs'>,
): Promise<RigError> {
  if (report.state === 'cancelled') return new RigError('cancelled', 'The build was cancelled.');
  if (report.state === 'lost')
    return new RigError('build_failed', 'The build was cut off: the supervisor of the platform ended.', {
      hint: 'Deploy again.',
    });
  // One that may fail is no reason; the last that failed is.
  const step = report.steps.findLast(({ status }) => status === 'failed');
  const lastLines = await readLastLines(join(logs, 'builds', report.id), (source) => source.kind === 'build');
  const why =
    report.failure ?? `step ${step?.name ?? ''} failed with exit code ${step?.exitCode ?? 'unknown'}`;
  return new RigError('build_failed', `The build failed: ${why.replace(/\.$/, '')}.`, {
    details: { build: report.id, step: step?.name ?? null, exitCode: step?.exitCode ?? null, lastLines },
  });
}

import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { RigError } from '@rig-ops/contract/errors';
import type { JobReport } from '@rig-ops/contract/supervisor';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import { readLastLines } from '../instances/read-last-lines.ts';

/** With less than this no file of use can be written. */
const FULL_BYTES = 1024 * 1024;

/** Why a job did not succeed, as an error of its build. Asked while all that it has written is still there. */
export async function describeBuildFailure(
  report: JobReport,
  { artifacts, logs }: Pick<PlatformLayout, 'artifacts' | 'logs'>,
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
  const details = { build: report.id, step: step?.name ?? null, exitCode: step?.exitCode ?? null, lastLines };
  const message = `The build failed: ${why.replace(/\.$/, '')}.`;
  // Programs say so in their own words, or not at all.
  if (await isFull(artifacts))
    return new RigError('disk_full', `${message} The disk of the platform is full.`, { details });
  return new RigError('build_failed', message, {
    hint: `Read the log: \`rig logs build ${report.id}\`.`,
    details,
  });
}

async function isFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < FULL_BYTES;
}

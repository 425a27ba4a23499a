import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { BuildLimits } from '../builds/build-limits.ts';
import { type ImageLog, openImageLog } from './image-log.ts';
import type { ImageSteps } from './image-steps.ts';
import { watchBuild } from './watch-build.ts';

export interface LoggedWork {
  build: { id: string };
  /** As the log and failures name it; the build as a whole when absent. */
  what?: string;
  steps: ImageSteps;
  /** How long one step may take. */
  stepSeconds: number;
  limits: BuildLimits;
}

/**
 * Has a daemon do what belongs to a build, with its log open and within its limits. However it ends, its steps have ended and its log
 * says why.
 * @throws RigError `build_failed` where a limit is exceeded, else what `work` throws; the reason of `signal`
 */
export async function runLogged<Result>(
  layout: PlatformLayout,
  { build, limits, stepSeconds, steps, what }: LoggedWork,
  signal: AbortSignal,
  work: (running: { log: ImageLog; steps: ImageSteps; signal: AbortSignal }) => Promise<Result>,
): Promise<Result> {
  const log = await openImageLog(layout, build.id);
  const watch = watchBuild({ limits, stepSeconds, log, steps });
  try {
    return await work({ log, steps, signal: AbortSignal.any([signal, watch.signal]) });
  } catch (error) {
    await steps.endAll().catch(() => undefined);
    if (signal.aborted) {
      await log.tell('build', `${what ?? 'the build'} was ended`);
      signal.throwIfAborted();
    }
    if (!watch.signal.aborted) throw error;
    const reason = String(watch.signal.reason);
    const why = what === undefined ? reason : `${what} was ended, since ${reason}`;
    await log.tell('build', why);
    throw new RigError('build_failed', `The build failed: ${why}.`, {
      hint: `Read the log: \`rig logs build ${build.id}\`.`,
      details: { build: build.id },
    });
  } finally {
    watch.stop();
    await log.close().catch(() => undefined);
  }
}

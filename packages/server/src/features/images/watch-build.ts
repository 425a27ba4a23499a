import type { BuildLimits } from '../builds/build-limits.ts';
import type { ImageLog } from './image-log.ts';
import type { ImageSteps } from './image-steps.ts';

const LOOK_MS = 250;

export interface BuildWatch {
  /** Aborted with why, for people, when the build takes more than it may. */
  signal: AbortSignal;
  stop: () => void;
}

/** Looks after the limits of a build that a daemon runs. */
export function watchBuild({
  limits,
  log,
  stepSeconds,
  steps,
}: {
  limits: Pick<BuildLimits, 'timeoutMs' | 'outputBytes'>;
  stepSeconds: number;
  log: Pick<ImageLog, 'printed'>;
  steps: Pick<ImageSteps, 'running'>;
}): BuildWatch {
  const exceeded = new AbortController();
  const begun = performance.now();
  const look = () => {
    const now = performance.now();
    if (log.printed > limits.outputBytes)
      exceeded.abort(`it printed more than ${Math.round(limits.outputBytes / 1048576)} MiB`);
    else if (now - begun > limits.timeoutMs)
      exceeded.abort(`it took longer than ${Math.round(limits.timeoutMs / 60_000)} minutes`);
    for (const [name, at] of steps.running)
      if (now - at > stepSeconds * 1000) exceeded.abort(`step ${name} took longer than ${stepSeconds} s`);
  };
  const timer = setInterval(look, LOOK_MS);
  return { signal: exceeded.signal, stop: () => clearInterval(timer) };
}

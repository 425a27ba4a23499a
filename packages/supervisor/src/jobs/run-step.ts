import type { JobStep } from '@rig-ops/contract/supervisor';
import type { Captures } from '../capture/capture.ts';
import { awaitGroupEnd, signalGroup } from '../proc/process-group.ts';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import { type Outcome, type StartFailure, spawnProgram } from '../proc/spawn-program.ts';
import type { Interruption } from './describe-step.ts';

export interface StepOutcome extends Outcome {
  interruption: Interruption | null;
}

/** Between SIGTERM and SIGKILL for a step that is to end. */
const KILL_GRACE_MS = 2_000;

/**
 * Runs one step to its end; output goes to the spool files. What it leaves running in its process group
 * is killed. `signal` ends it; the reason is an {@link Interruption}.
 */
export async function runStep(
  step: JobStep,
  {
    captures,
    spool,
    signal,
    onStart,
  }: { captures: Captures; spool: string; signal: AbortSignal; onStart: (process: ProcessIdentity) => void },
): Promise<StepOutcome | StartFailure> {
  const started = await captures.withSpool(
    spool,
    async (stdout, stderr) => await spawnProgram(step, ['ignore', stdout, stderr]),
  );
  if ('startError' in started) return started;
  const group = started.identity.pid;
  onStart(started.identity);
  let interruption: Interruption | null = null;
  let killTimer: NodeJS.Timeout | undefined;
  const interrupt = (why: Interruption) => {
    if (interruption !== null) return;
    interruption = why;
    signalGroup(group, 'SIGTERM');
    killTimer = setTimeout(() => signalGroup(group, 'SIGKILL'), KILL_GRACE_MS);
  };
  const onAbort = () => interrupt(signal.reason as Interruption);
  const timeout = setTimeout(() => interrupt('timed out'), step.timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const outcome = await started.ended;
    return { ...outcome, interruption };
  } finally {
    clearTimeout(timeout);
    clearTimeout(killTimer);
    signal.removeEventListener('abort', onAbort);
    await awaitGroupEnd(group, () => 0);
  }
}

import type { JobStep } from '@rig-ops/contract/supervisor';
import type { Captures } from '../capture/capture.ts';
import type { ProcessFamily } from '../containment/process-family.ts';
import { signalGroup } from '../proc/process-group.ts';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import { type Outcome, type Program, type StartFailure, spawnProgram } from '../proc/spawn-program.ts';
import type { Interruption } from './describe-step.ts';

export interface StepOutcome extends Outcome {
  interruption: Interruption | null;
}

export interface StepOptions {
  /** Of the job; marks what the step starts. */
  id: string;
  captures: Captures;
  spool: string;
  /** The program in its place: in its cgroup, and among those of its app. */
  enclose: (program: Program) => Promise<Program>;
  family: ProcessFamily;
  /** Ends it; the reason is an {@link Interruption}. */
  signal: AbortSignal;
  onStart: (process: ProcessIdentity) => void;
  /** Begins to watch what it takes; the answer ends that. */
  watch: (onExceeded: (what: string) => void) => () => void;
}

/** The variable of the environment that marks what belongs to a build. */
export const BUILD_MARK = 'RIG_BUILD';
/** Between SIGTERM and SIGKILL for a step that is to end. */
export const KILL_GRACE_MS = 2_000;

/** Runs one step to its end; output goes to the spool files. What it leaves running is killed. */
export async function runStep(
  step: JobStep,
  { id, captures, spool, enclose, family, signal, onStart, watch }: StepOptions,
): Promise<StepOutcome | StartFailure> {
  const { argv, cwd, env } = step;
  const program = await enclose({ argv, cwd, env: { ...env, [BUILD_MARK]: id } });
  const started = await captures.withSpool(
    spool,
    async (stdout, stderr) => await spawnProgram(program, ['ignore', stdout, stderr]),
  );
  if ('startError' in started) return started;
  const group = started.identity.pid;
  family.addGroup(group);
  onStart(started.identity);
  let interruption: Interruption | null = null;
  let killTimer: NodeJS.Timeout | undefined;
  // Awaited below through the end of the program; a kill cannot fail, only take no effect.
  const kill = () => void family.kill().catch(() => signalGroup(group, 'SIGKILL'));
  const interrupt = (why: Interruption) => {
    if (interruption !== null) return;
    interruption = why;
    if (typeof why === 'object') kill();
    else {
      signalGroup(group, 'SIGTERM');
      killTimer = setTimeout(kill, KILL_GRACE_MS);
    }
  };
  const onAbort = () => interrupt(signal.reason as Interruption);
  const timeout = setTimeout(() => interrupt('timed out'), step.timeoutMs);
  const endWatch = watch((exceeded) => interrupt({ exceeded }));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const outcome = await started.ended;
    return { ...outcome, interruption };
  } finally {
    endWatch();
    clearTimeout(timeout);
    clearTimeout(killTimer);
    signal.removeEventListener('abort', onAbort);
    await family.kill();
  }
}

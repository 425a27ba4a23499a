import { accessSync, constants } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import type { JobStep } from '@rig-ops/contract/supervisor';
import type { Captures } from '../capture/capture.ts';
import type { JobCgroup } from '../containment/job-cgroup.ts';
import { type JobFamily, MARK } from '../containment/job-family.ts';
import { signalGroup } from '../proc/process-group.ts';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import { type Outcome, type StartFailure, spawnProgram } from '../proc/spawn-program.ts';
import type { Interruption } from './describe-step.ts';

export interface StepOutcome extends Outcome {
  interruption: Interruption | null;
}

export interface StepOptions {
  /** Of the job; marks what the step starts. */
  id: string;
  captures: Captures;
  spool: string;
  cgroup: JobCgroup | null;
  family: JobFamily;
  /** Ends it; the reason is an {@link Interruption}. */
  signal: AbortSignal;
  onStart: (process: ProcessIdentity) => void;
  /** Begins to watch what it takes; the answer ends that. */
  watch: (onExceeded: (what: string) => void) => () => void;
}

/** Between SIGTERM and SIGKILL for a step that is to end. */
const KILL_GRACE_MS = 2_000;

/** Runs one step to its end; output goes to the spool files. What it leaves running is killed. */
export async function runStep(
  step: JobStep,
  { id, captures, spool, cgroup, family, signal, onStart, watch }: StepOptions,
): Promise<StepOutcome | StartFailure> {
  // The shell that enters the cgroup would say in its own words that there is no such program.
  const enters = cgroup !== null && isProgram(step);
  const program = {
    cwd: step.cwd,
    argv: enters ? cgroup.enter(step.argv) : step.argv,
    env: { ...step.env, [MARK]: id },
  };
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

function isProgram({ argv, cwd, env }: JobStep): boolean {
  const [name = ''] = argv;
  const folders = name.includes('/') ? [''] : (env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(resolve(cwd, folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

import type { JobStep } from '@rig-ops/contract/supervisor';
import type { Captures } from '../capture/capture.ts';
import type { ProcessFamily } from '../containment/process-family.ts';
import { signalGroup } from '../proc/process-group.ts';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import { type Outcome, type Program, type StartFailure, spawnProgram } from '../proc/spawn-program.ts';
import type { Interruption } from './describe-step.ts';
import { StepEnd, type StepEndOptions } from './step-end.ts';

export interface StepOutcome extends Outcome {
  interruption: Interruption | null;
}

export interface StepOptions extends Pick<StepEndOptions, 'signal' | 'watch'> {
  /** Of the job; marks what the step starts. */
  id: string;
  captures: Captures;
  spool: string;
  /** The program in its place: in its cgroup, and among those of its app. */
  enclose: (program: Program) => Promise<Program>;
  family: ProcessFamily;
  onStart: (process: ProcessIdentity) => void;
}

/** The variable of the environment that marks what belongs to a build. */
export const BUILD_MARK = 'RIG_BUILD';

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
  const end = new StepEnd({
    step,
    signal,
    watch,
    terminate: () => signalGroup(group, 'SIGTERM'),
    // Awaited below through the end of the program; a kill cannot fail, only take no effect.
    kill: () => void family.kill().catch(() => signalGroup(group, 'SIGKILL')),
  });
  try {
    const outcome = await started.ended;
    return { ...outcome, interruption: end.interruption };
  } finally {
    end.close();
    await family.kill();
  }
}

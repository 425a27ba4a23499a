import type { JobSpec, JobStep } from '@rig-ops/contract/supervisor';
import type { StartFailure } from '../proc/spawn-program.ts';
import type { ProcessIdentity } from '../proc/process-identity.ts';
import type { StepOutcome } from './run-step.ts';

export interface StepRun {
  /** Its output goes to the spool files of that name. */
  spool: string;
  /** Ends it; the reason is an `Interruption`. */
  signal: AbortSignal;
  onStart: (process: ProcessIdentity) => void;
  /** What earlier steps have printed. */
  printedBytes: number;
  /** As `performance.now()`. */
  jobStartedAt: number;
}

/** Where the steps of a job run, one after the other. */
export interface JobPlace {
  /** Runs a step to its end. What it leaves running is killed. */
  run(step: JobStep, options: StepRun): Promise<StepOutcome | StartFailure>;
  /** Whether something in it was ended for the memory that it took. */
  ranOutOfMemory(): boolean;
  /** Ends what runs in it and gives it up. Does not fail. */
  close(): Promise<void>;
}

/** Jobs in containers, or in what is to a cluster what a container is to a daemon. */
export interface JobsInContainers {
  /** @param user whom the steps run as, as `uid:gid`. @throws RigError why there is no place */
  open(spec: JobSpec & Required<Pick<JobSpec, 'container'>>, user: string): Promise<JobPlace>;
  /** Ends what an earlier supervisor has left of a job. Does not fail. */
  end(id: string): Promise<void>;
}

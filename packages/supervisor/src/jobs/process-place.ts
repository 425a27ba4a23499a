import type { JobLimits, JobSpec, JobStep } from '@rig-ops/contract/supervisor';
import type { Captures } from '../capture/capture.ts';
import { isProgram } from '../containment/is-program.ts';
import type { JobCgroup } from '../containment/job-cgroup.ts';
import type { ProcessFamily } from '../containment/process-family.ts';
import { watchLimits } from '../containment/watch-limits.ts';
import type { Isolation } from '../isolation/isolation.ts';
import type { Program } from '../proc/spawn-program.ts';
import type { JobPlace, StepRun } from './job-place.ts';
import { runStep } from './run-step.ts';

export interface ProcessPlaceOptions {
  spec: Pick<JobSpec, 'id' | 'appId' | 'folders' | 'readable'> & { limits?: JobLimits };
  captures: Captures;
  cgroup: JobCgroup | null;
  family: ProcessFamily;
  isolation: Isolation | null;
}

/** A job as programs of this machine. */
export class ProcessPlace implements JobPlace {
  readonly #options: ProcessPlaceOptions;

  constructor(options: ProcessPlaceOptions) {
    this.#options = options;
  }

  async run(step: JobStep, { jobStartedAt, onStart, printedBytes, signal, spool }: StepRun) {
    const { captures, family, spec } = this.#options;
    const { id, limits } = spec;
    const files = captures.paths(spool);
    return await runStep(step, {
      id,
      captures,
      spool,
      enclose: async (program) => await this.#enclose(program),
      family,
      signal,
      onStart,
      watch: (onExceeded) =>
        limits === undefined
          ? () => undefined
          : watchLimits({ limits, family, printedBytes, files, jobStartedAt }, onExceeded),
    });
  }

  ranOutOfMemory(): boolean {
    return this.#options.cgroup?.ranOutOfMemory() === true;
  }

  close(): Promise<void> {
    this.#options.cgroup?.remove();
    return Promise.resolve();
  }

  async #enclose(program: Program): Promise<Program> {
    const { cgroup, isolation, spec } = this.#options;
    const { appId, folders = [], readable = [] } = spec;
    if (isolation !== null && appId !== undefined) {
      const place = { appId, own: folders, readable, builds: true };
      await isolation.settle(place);
      return isolation.enclose(program, place, cgroup?.words ?? []);
    }
    // The shell that enters the cgroup would say in its own words that there is no such program.
    return cgroup !== null && isProgram(program) ? { ...program, argv: cgroup.enter(program.argv) } : program;
  }
}

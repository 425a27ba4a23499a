import type { JobReport, JobSpec } from '@rig-ops/contract/supervisor';
import { Job, type JobContext } from './job.ts';

/** All jobs, named by the ids that rigd gave them. */
export class Jobs {
  readonly #context: JobContext;
  readonly #jobs = new Map<string, Job>();

  constructor(context: JobContext) {
    this.#context = context;
  }

  /** Takes on what an earlier supervisor has left. */
  adopt(): void {
    for (const { id, record } of this.#context.records.load()) {
      this.#jobs.set(id, Job.adopt(this.#context, record));
    }
  }

  list(): JobReport[] {
    return [...this.#jobs.values()].map(({ report }) => report);
  }

  /** Starts a job, unless there is one of that id. */
  put(spec: JobSpec): JobReport {
    const job = this.#jobs.get(spec.id) ?? Job.start(this.#context, spec);
    this.#jobs.set(spec.id, job);
    return job.report;
  }

  cancel(id: string): void {
    this.#jobs.get(id)?.interrupt('cancelled');
  }

  /** Drops a job; one that runs is cancelled first. */
  async forget(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    job.interrupt('cancelled');
    await job.ended;
    this.#jobs.delete(id);
    this.#context.records.remove(id);
  }

  /** Ends every job; those that ran are reported as lost by the next supervisor. */
  async endAll(): Promise<void> {
    const all = [...this.#jobs.values()];
    for (const job of all) job.interrupt('stopped');
    await Promise.all(all.map(async ({ ended }) => await ended));
  }
}

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobReport, JobSpec, JobStep, JobStepReport } from '@rig-ops/contract/supervisor';
import type { Capture, Captures } from '../capture/capture.ts';
import type { Log } from '../log.ts';
import { killHolders } from '../proc/kill-holders.ts';
import { signalGroup } from '../proc/process-group.ts';
import { isAlive, type ProcessIdentity } from '../proc/process-identity.ts';
import { toDiskError } from '../records/to-disk-error.ts';
import type { RecordFolder } from '../records/record-folder.ts';
import { describeFailure, formatSeconds, type Interruption } from './describe-step.ts';
import type { JobRecord } from './job-record.ts';
import { runStep } from './run-step.ts';

export interface JobContext {
  captures: Captures;
  records: RecordFolder<JobRecord>;
  /** Folder of the log stores. */
  logs: string;
  log: Log;
  onChange: (report: JobReport) => void;
}

/** A step's output is stored before its end is told; a store that cannot take it delays that no longer than this. */
const DRAIN_MS = 5_000;
const NODE_MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** One job: its steps one after the other, its log, its report. */
export class Job {
  readonly #context: JobContext;
  readonly #record: JobRecord;
  readonly #interrupted = new AbortController();
  /** Settles when the job has ended and was reported. */
  ended: Promise<void> = Promise.resolve();

  private constructor(context: JobContext, record: JobRecord) {
    this.#context = context;
    this.#record = record;
  }

  /** @throws RigError disk_full when its record cannot be written; nothing was started then */
  static start(context: JobContext, spec: JobSpec): Job {
    const steps = spec.steps.map(
      ({ name }): JobStepReport => ({ name, status: 'pending', exitCode: null, durationMs: null }),
    );
    const report: JobReport = { id: spec.id, state: 'running', steps, failure: null, endedAt: null };
    const job = new Job(context, { report, running: null });
    try {
      context.records.save(spec.id, { report, running: null });
    } catch (error) {
      throw toDiskError(error);
    }
    job.ended = job.#run(spec);
    return job;
  }

  /** Takes on a job of an earlier supervisor; one that ran then is lost, which is told once its output is stored. */
  static adopt(context: JobContext, record: JobRecord): Job {
    const job = new Job(context, record);
    if (record.report.state === 'running') job.ended = job.#lose();
    return job;
  }

  get report(): JobReport {
    return this.#record.report;
  }

  /** Ends it by force; nothing happens when it has ended. */
  interrupt(why: Exclude<Interruption, 'timed out'>): void {
    this.#interrupted.abort(why);
  }

  async #run(spec: JobSpec): Promise<void> {
    this.#context.onChange(this.report);
    await this.#tell(spec.id, 'build', spec.preamble);
    let failure: string | null = null;
    for (const [index, step] of spec.steps.entries()) {
      if (failure === null && this.#interrupted.signal.aborted) failure = 'the build was cancelled';
      if (failure !== null) this.#updateStep(index, { status: 'skipped' });
      else failure = await this.#runStep(spec.id, index, step);
    }
    this.#update({ state: this.#endState(failure), failure, endedAt: new Date().toISOString() });
  }

  #endState(failure: string | null): JobReport['state'] {
    if (failure === null) return 'succeeded';
    const { aborted, reason } = this.#interrupted.signal;
    if (!aborted) return 'failed';
    return reason === 'cancelled' ? 'cancelled' : 'lost';
  }

  /** Answers why the step failed; null when it succeeded. */
  async #runStep(id: string, index: number, step: JobStep): Promise<string | null> {
    const spool = `${id}.${index}`;
    this.#record.running = { name: step.name, spool, process: null };
    this.#updateStep(index, { status: 'running' });
    await this.#tell(id, step.name, [`${step.name}: ${step.argv.join(' ')}`]);
    const capture = this.#capture(id, step.name, spool);
    const startedAt = performance.now();
    const failure = await this.#spawnStep(index, step, spool);
    const durationMs = Math.round(performance.now() - startedAt);
    await this.#drain(capture, spool);
    const ending = failure ?? `step ${step.name} succeeded`;
    await this.#tell(id, step.name, [`${ending} after ${formatSeconds(durationMs)}`]);
    this.#record.running = null;
    this.#updateStep(index, { status: failure === null ? 'succeeded' : 'failed', durationMs });
    return failure;
  }

  async #spawnStep(index: number, step: JobStep, spool: string): Promise<string | null> {
    const { captures } = this.#context;
    const onStart = (process: ProcessIdentity) => {
      this.#record.running = { name: step.name, spool, process };
      this.#save();
    };
    const limited = { ...step, timeoutMs: Math.min(step.timeoutMs, NODE_MAX_TIMEOUT_MS) };
    const { signal } = this.#interrupted;
    try {
      const outcome = await runStep(limited, { captures, spool, signal, onStart });
      if ('startError' in outcome) return `step ${step.name} could not be started: ${outcome.startError}`;
      this.#updateStep(index, { exitCode: outcome.exitCode });
      return describeFailure(step, outcome, outcome.interruption);
    } catch (error) {
      this.#context.log.warn('a step could not be run', { job: this.report.id, error });
      return `step ${step.name} could not be run: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  async #lose(): Promise<void> {
    const { running } = this.#record;
    const { id, steps } = this.report;
    if (running !== null) {
      const { name, spool, process } = running;
      if (process !== null && (await isAlive(process))) signalGroup(process.pid, 'SIGKILL');
      await killHolders(this.#context.captures.paths(spool));
      await this.#drain(this.#capture(id, name, spool), spool);
    }
    const failure = 'the platform stopped in the middle of the build';
    await this.#tell(id, running?.name ?? 'build', [failure]);
    this.#record.running = null;
    this.#update({
      state: 'lost',
      failure,
      endedAt: new Date().toISOString(),
      steps: steps.map((step) => {
        if (step.status === 'running') return { ...step, status: 'failed' };
        return step.status === 'pending' ? { ...step, status: 'skipped' } : step;
      }),
    });
  }

  #capture(id: string, step: string, spool: string): Capture {
    const source = { kind: 'build' as const, process: 'build', instance: step, release: 0 };
    return this.#context.captures.start({ spool, store: this.#store(id), source });
  }

  /** Stores the rest of a step's output; what cannot be stored in time is given up. */
  async #drain(capture: Capture, spool: string): Promise<void> {
    await Promise.race([capture.finish(), sleep(DRAIN_MS, undefined, { ref: false })]);
    await capture.close();
    this.#context.captures.remove(spool);
  }

  /** Lines of the platform's own. A log that cannot be written must not stop the build. */
  async #tell(id: string, instance: string, lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const source = { kind: 'platform' as const, process: 'build', instance, release: 0 };
    try {
      await this.#context.captures.tell(this.#store(id), source, lines);
    } catch (error) {
      this.#context.log.warn('lines are missing in the log of a build', { job: id, error });
    }
  }

  #store(id: string): string {
    return join(this.#context.logs, 'builds', id);
  }

  #updateStep(index: number, change: Partial<JobStepReport>): void {
    const steps = this.report.steps.map((step, at) => (at === index ? { ...step, ...change } : step));
    this.#update({ steps });
  }

  #update(change: Partial<JobReport>): void {
    this.#record.report = { ...this.report, ...change };
    this.#save();
    this.#context.onChange(this.report);
  }

  #save(): void {
    try {
      this.#context.records.save(this.report.id, this.#record);
    } catch (error) {
      this.#context.log.warn('the record of a job was not written', { error });
    }
  }
}

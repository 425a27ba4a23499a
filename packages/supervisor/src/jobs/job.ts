import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobReport, JobSpec, JobStep, JobStepReport } from '@rig-ops/contract/supervisor';
import type { Capture, Captures } from '../capture/capture.ts';
import type { Log } from '../log.ts';
import type { CgroupHost } from '../containment/cgroup-host.ts';
import { JobCgroup } from '../containment/job-cgroup.ts';
import { ProcessFamily } from '../containment/process-family.ts';
import { describeMemory, sizeOf } from '../containment/watch-limits.ts';
import type { Isolation } from '../isolation/isolation.ts';
import { isAlive, type ProcessIdentity } from '../proc/process-identity.ts';
import { toDiskError } from '../records/to-disk-error.ts';
import type { RecordFolder } from '../records/record-folder.ts';
import { describeFailure, formatSeconds, type Interruption } from './describe-step.ts';
import type { JobPlace, JobsInContainers } from './job-place.ts';
import type { JobRecord } from './job-record.ts';
import { ProcessPlace } from './process-place.ts';
import { BUILD_MARK } from './run-step.ts';

export interface JobContext {
  captures: Captures;
  records: RecordFolder<JobRecord>;
  /** Folder of the log stores. */
  logs: string;
  /** Where jobs get cgroups of their own; null where the system has none to give. */
  cgroups: CgroupHost | null;
  /** Null where builds have all rights of the platform. */
  isolation: Isolation | null;
  /** Null where nothing is built in containers. */
  containers: JobsInContainers | null;
  log: Log;
  onChange: (report: JobReport) => void;
}

/** A step's output is stored before its end is told; a store that cannot take it delays that no longer than this. */
const DRAIN_MS = 5_000;
/** The pauses between tries to write the platform's own lines double up to this. */
const LONGEST_TELL_PAUSE_MS = 16_000;
const NODE_MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** One job: its steps one after the other, its log, its report. */
export class Job {
  readonly #context: JobContext;
  readonly #record: JobRecord;
  readonly #interrupted = new AbortController();
  readonly #cgroup: JobCgroup | null;
  readonly #family: ProcessFamily;
  #printedBytes = 0;
  /** Settles when the job has ended and was reported. */
  ended: Promise<void> = Promise.resolve();

  private constructor(context: JobContext, record: JobRecord) {
    this.#context = context;
    this.#record = record;
    this.#cgroup = record.cgroup == null ? null : new JobCgroup(record.cgroup);
    this.#family = new ProcessFamily({
      mark: `${BUILD_MARK}=${record.report.id}`,
      folders: record.folders ?? [],
      files: () => (this.#record.running === null ? [] : context.captures.paths(this.#record.running.spool)),
      cgroup: this.#cgroup,
    });
  }

  /** @throws RigError disk_full when its record cannot be written; nothing was started then */
  static start(context: JobContext, spec: JobSpec): Job {
    const steps = spec.steps.map(
      ({ name }): JobStepReport => ({ name, status: 'pending', exitCode: null, durationMs: null }),
    );
    const report: JobReport = { id: spec.id, state: 'running', steps, failure: null, endedAt: null };
    const { cgroups } = context;
    const inContainer = spec.container !== undefined;
    const cgroup = cgroups === null || inContainer ? null : JobCgroup.make(cgroups, spec.id, spec.limits);
    const record: JobRecord = {
      report,
      running: null,
      cgroup: cgroup?.folder ?? null,
      folders: spec.folders ?? [],
      inContainer,
    };
    const job = new Job(context, record);
    try {
      context.records.save(spec.id, record);
    } catch (error) {
      cgroup?.remove();
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
    const startedAt = performance.now();
    await this.#tell(spec.id, 'build', spec.preamble);
    const place = await this.#open(spec);
    let failure = 'failure' in place ? place.failure : null;
    for (const [index, step] of spec.steps.entries()) {
      if (failure === null && this.#interrupted.signal.aborted) failure = 'the build was cancelled';
      if (failure !== null || 'failure' in place) this.#updateStep(index, { status: 'skipped' });
      else {
        const failed = await this.#runStep(spec, index, { place, startedAt });
        if (step.mayFail !== true || this.#interrupted.signal.aborted) failure = failed;
      }
    }
    if (!('failure' in place)) await place.close();
    this.#update({ state: this.#endState(failure), failure, endedAt: new Date().toISOString() });
  }

  /** Where its steps run, or why there is no such place. */
  async #open(spec: JobSpec): Promise<JobPlace | { failure: string }> {
    const { captures, containers, isolation, log } = this.#context;
    const { appId, container, folders = [], id, readable = [] } = spec;
    if (container === undefined)
      return new ProcessPlace({ spec, captures, cgroup: this.#cgroup, family: this.#family, isolation });
    try {
      if (containers === null) throw new Error('this platform has no Docker daemon');
      if (isolation !== null && appId !== undefined)
        await isolation.settle({ appId, own: folders, readable, builds: true });
      return await containers.open({ ...spec, container }, ownerOf(folders));
    } catch (error) {
      log.warn('the container of a build was not started', { job: id, error });
      await containers?.end(id);
      const why = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
      const failure = `the container of the build could not be started: ${why}`;
      await this.#tell(id, 'build', [failure]);
      return { failure };
    }
  }

  #endState(failure: string | null): JobReport['state'] {
    if (failure === null) return 'succeeded';
    const { aborted, reason } = this.#interrupted.signal;
    if (!aborted) return 'failed';
    return reason === 'cancelled' ? 'cancelled' : 'lost';
  }

  /** Answers why the step failed; null when it succeeded. */
  async #runStep(
    spec: JobSpec,
    index: number,
    where: { place: JobPlace; startedAt: number },
  ): Promise<string | null> {
    const { id, steps } = spec;
    const step = steps[index] as JobStep;
    const spool = `${id}.${index}`;
    this.#record.running = { name: step.name, spool, process: null };
    this.#updateStep(index, { status: 'running' });
    await this.#tell(id, step.name, [step.title ?? `${step.name}: ${step.argv.join(' ')}`]);
    const capture = this.#capture(id, step.name, spool);
    const startedAt = performance.now();
    const failure = await this.#spawnStep(spec, index, spool, where);
    this.#printedBytes += sizeOf(this.#context.captures.paths(spool));
    const durationMs = Math.round(performance.now() - startedAt);
    await this.#drain(capture, spool);
    const ending = failure ?? `step ${step.name} succeeded`;
    await this.#tell(id, step.name, [`${ending} after ${formatSeconds(durationMs)}`]);
    this.#record.running = null;
    this.#updateStep(index, { status: failure === null ? 'succeeded' : 'failed', durationMs });
    return failure;
  }

  async #spawnStep(
    { limits, steps }: JobSpec,
    index: number,
    spool: string,
    { place, startedAt: jobStartedAt }: { place: JobPlace; startedAt: number },
  ): Promise<string | null> {
    const step = steps[index] as JobStep;
    const onStart = (process: ProcessIdentity) => {
      this.#record.running = { name: step.name, spool, process };
      this.#save();
    };
    const limited = { ...step, timeoutMs: Math.min(step.timeoutMs, NODE_MAX_TIMEOUT_MS) };
    const { signal } = this.#interrupted;
    const printedBytes = this.#printedBytes;
    try {
      const outcome = await place.run(limited, { spool, signal, onStart, printedBytes, jobStartedAt });
      if ('startError' in outcome) return `step ${step.name} could not be started: ${outcome.startError}`;
      this.#updateStep(index, { exitCode: outcome.exitCode });
      const ranOut = limits !== undefined && outcome.exitCode !== 0 && place.ranOutOfMemory();
      return describeFailure(
        step,
        outcome,
        outcome.interruption ?? (ranOut ? { exceeded: describeMemory(limits) } : null),
      );
    } catch (error) {
      this.#context.log.warn('a step could not be run', { job: this.report.id, error });
      return `step ${step.name} could not be run: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  async #lose(): Promise<void> {
    const { running } = this.#record;
    const { id, steps } = this.report;
    if (this.#record.inContainer === true) await this.#context.containers?.end(id);
    if (running !== null) {
      const { name, spool, process } = running;
      if (process !== null && (await isAlive(process))) this.#family.addGroup(process.pid);
      await this.#family.kill();
      await this.#drain(this.#capture(id, name, spool), spool);
    }
    const failure = 'the platform stopped in the middle of the build';
    await this.#tell(id, running?.name ?? 'build', [failure]);
    this.#record.running = null;
    this.#cgroup?.remove();
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

  /** Lines of the platform's own. A log that cannot be written must not stop the build: they come later, or never. */
  async #tell(id: string, instance: string, lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const tell = async () => {
      const source = { kind: 'platform' as const, process: 'build', instance, release: 0 };
      await this.#context.captures.tell(this.#store(id), source, lines);
    };
    await tell().catch(() => void this.#tellLater(id, tell));
  }

  /** A disk that a build has filled has room again when what it made is removed. */
  async #tellLater(id: string, tell: () => Promise<void>): Promise<void> {
    for (let pauseMs = 250; ; pauseMs *= 2) {
      await sleep(pauseMs, undefined, { ref: false });
      if (!existsSync(this.#store(id))) {
        this.#context.log.info('lines of a build whose log was removed are dropped', { job: id });
        return;
      }
      try {
        await tell();
        return;
      } catch (error) {
        if (pauseMs < LONGEST_TELL_PAUSE_MS) continue;
        this.#context.log.warn('lines are missing in the log of a build', { job: id, error });
        return;
      }
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

/** Whoever has the first of these folders, as `uid:gid`. */
function ownerOf([folder]: readonly string[]): string {
  const { uid = 0, gid = 0 } = folder === undefined ? {} : statSync(folder);
  return `${uid}:${gid}`;
}

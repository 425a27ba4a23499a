import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InstanceReport, InstanceSpec } from '@rig-ops/contract/supervisor';
import type { Captures } from '../capture/capture.ts';
import type { Log } from '../log.ts';
import { killHolders } from '../proc/kill-holders.ts';
import { awaitGroupEnd, signalGroup } from '../proc/process-group.ts';
import { isAlive } from '../proc/process-identity.ts';
import { type Outcome, type Program, spawnProgram } from '../proc/spawn-program.ts';
import type { RecordFolder } from '../records/record-folder.ts';
import { toDiskError } from '../records/to-disk-error.ts';
import { Wakeable } from '../wakeable.ts';
import { findUnrecorded } from './find-unrecorded.ts';
import { InstanceLog } from './instance-log.ts';
import type { InstanceRecord } from './instance-record.ts';
import { KeptRecord } from './kept-record.ts';
import type { SupervisedInstance } from './supervised-instance.ts';

export interface InstanceContext {
  captures: Captures;
  records: RecordFolder<InstanceRecord>;
  /** The program of an instance in its place. */
  enclose: (program: Program, spec: InstanceSpec) => Promise<Program>;
  /** Folder of the instances' own folders. */
  folders: string;
  /** Folder of the log stores. */
  logs: string;
  log: Log;
  onChange: (report: InstanceReport) => void;
}

/** An adopted process is not a child: nobody tells when it ends. */
const ADOPTED_POLL_MS = 200;
const DEFAULT_GRACE_MS = 10_000;
const MAX_WAIT_MS = 60 * 60 * 1000;
/** How long somebody who forgets an instance waits for its last lines to be stored. */
const FORGET_MS = 5_000;

/** One supervised instance, from its start to the removal of what is left of it. */
export class Instance implements SupervisedInstance {
  readonly #context: InstanceContext;
  readonly #kept: KeptRecord;
  readonly #output: InstanceLog;
  /** As `performance.now()`. */
  #killAt = Number.POSITIVE_INFINITY;
  readonly #stopAsked = new Wakeable();
  /** Settles when the process is gone and reported. */
  #ended: Promise<void> = Promise.resolve();
  #removed: Promise<void> | null = null;

  private constructor(context: InstanceContext, record: InstanceRecord) {
    this.#context = context;
    this.#kept = new KeptRecord(context, record);
    this.#output = new InstanceLog(context, this.#kept);
  }

  /** @throws RigError disk_full when its files cannot be written; nothing was started then */
  static async start(context: InstanceContext, spec: InstanceSpec): Promise<Instance> {
    const report: InstanceReport = {
      spec: { ...spec, env: { ...homeOf(context, spec.id), ...spec.env } },
      state: 'running',
      pid: 0,
      startTime: '',
      startedAt: new Date().toISOString(),
      endedAt: null,
      exitCode: null,
      signal: null,
      startError: null,
    };
    const record = { report, graceMs: null, forgotten: false, endTold: false };
    const instance = new Instance(context, record);
    try {
      mkdirSync(join(context.folders, spec.id, 'tmp'), { recursive: true, mode: 0o700 });
      // The record comes before the process: one that is started is never unknown.
      instance.#kept.create();
      await instance.#start();
      return instance;
    } catch (error) {
      instance.#clear();
      throw toDiskError(error);
    }
  }

  /** Takes on an instance of an earlier supervisor: goes on watching it, or finds that it has ended. */
  static async adopt(context: InstanceContext, record: InstanceRecord): Promise<Instance> {
    const instance = new Instance(context, record);
    // Records of earlier versions had the environment.
    if (Object.keys(record.report.spec.env).length > 0) {
      record.report.spec.env = {};
      instance.#kept.save();
    }
    await instance.#adopt();
    return instance;
  }

  get report(): InstanceReport {
    return this.#kept.content.report;
  }

  get forgotten(): boolean {
    return this.#kept.content.forgotten;
  }

  /** Settles when the process is gone. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** SIGTERM to its group, SIGKILL after `graceMs`; a second stop can only shorten that. */
  stop(graceMs: number): void {
    if (this.report.state === 'exited') return;
    this.#killAt = Math.min(this.#killAt, performance.now() + graceMs);
    this.#stopAsked.wake();
    if (this.report.state === 'stopping') return;
    this.#kept.content.graceMs = graceMs;
    this.#kept.update({ state: 'stopping' });
    signalGroup(this.report.pid, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  }

  /** Ends it by force if need be and removes what is left; resolves when it is gone, or after a bounded wait for its output. */
  async forget(): Promise<void> {
    this.#kept.content.forgotten = true;
    this.stop(0);
    this.#kept.save();
    this.#removed ??= this.#remove();
    await Promise.race([this.#removed, sleep(FORGET_MS, undefined, { ref: false })]);
  }

  /** Lets go of it: the process goes on, its output waits in the spool. */
  async release(): Promise<void> {
    await this.#output.release();
  }

  async #start(): Promise<void> {
    const { captures, enclose } = this.#context;
    const { spec } = this.report;
    const { argv, cwd, env } = spec;
    const program = await enclose({ argv, cwd, env }, spec);
    const started = await captures.withSpool(
      spec.id,
      async (stdout, stderr) => await spawnProgram(program, ['ignore', stdout, stderr]),
    );
    this.#output.open();
    if ('startError' in started) {
      this.#exited({ exitCode: null, signal: null }, started.startError);
      return;
    }
    this.#kept.update({ pid: started.identity.pid, startTime: started.identity.startTime });
    this.#ended = this.#follow(started.ended);
  }

  async #adopt(): Promise<void> {
    const { captures } = this.#context;
    if (!this.#kept.content.endTold) this.#output.open();
    if (this.report.state === 'exited') {
      this.#output.finish();
    } else {
      const paths = captures.paths(this.report.spec.id);
      if (this.report.pid === 0) this.#kept.update((await findUnrecorded(paths)) ?? {});
      if (await isAlive(this.report)) {
        this.#ended = this.#follow(this.#pollEnd());
        if (this.report.state === 'stopping') this.#stopAgain();
      } else {
        await killHolders(paths);
        this.#exited({ exitCode: null, signal: null }, null);
      }
    }
    if (this.forgotten) {
      this.stop(0);
      this.#removed = this.#remove();
    }
  }

  #stopAgain(): void {
    this.#killAt = performance.now() + (this.#kept.content.graceMs ?? DEFAULT_GRACE_MS);
    signalGroup(this.report.pid, 'SIGTERM');
    this.#stopAsked.wake();
  }

  async #pollEnd(): Promise<Outcome> {
    while (await isAlive(this.report)) await sleep(ADOPTED_POLL_MS);
    return { exitCode: null, signal: null };
  }

  /** When the leader has ended: the rest of its group has what is left of a stop's grace, otherwise no time. */
  async #follow(ended: Promise<Outcome>): Promise<void> {
    const outcome = await this.#awaitLeader(ended);
    const stopping = this.report.state === 'stopping';
    await awaitGroupEnd(this.report.pid, () => (stopping ? this.#killAt : 0));
    this.#exited(outcome, null);
  }

  async #awaitLeader(ended: Promise<Outcome>): Promise<Outcome> {
    let killed = false;
    for (;;) {
      const left = killed ? Number.POSITIVE_INFINITY : this.#killAt - performance.now();
      if (left <= 0) {
        // The number stays the process's own until its end was seen.
        signalGroup(this.report.pid, 'SIGKILL');
        killed = true;
        continue;
      }
      const woken = this.#stopAsked.wait(Math.min(left, MAX_WAIT_MS));
      const outcome = await Promise.race([ended, woken]);
      if (outcome !== undefined) return outcome;
    }
  }

  #exited(outcome: Outcome, startError: string | null): void {
    this.#kept.update({ ...outcome, startError, state: 'exited', endedAt: new Date().toISOString() });
    this.#output.finish();
  }

  async #remove(): Promise<void> {
    await this.#ended;
    await this.#output.stored;
    // Its output was let go of before it was stored: the next supervisor will remove it.
    if (!this.#kept.content.endTold) return;
    this.#clear();
  }

  #clear(): void {
    const { captures, folders, records, log } = this.#context;
    const { id } = this.report.spec;
    try {
      captures.remove(id);
      rmSync(join(folders, id), { recursive: true, force: true });
      records.remove(id);
    } catch (error) {
      log.warn('what is left of an instance was not removed', { instance: id, error });
    }
  }
}

/** Where a program finds its own place when its environment does not name another. */
export function homeOf({ folders }: { folders: string }, id: string): Record<string, string> {
  return { HOME: join(folders, id), TMPDIR: join(folders, id, 'tmp') };
}

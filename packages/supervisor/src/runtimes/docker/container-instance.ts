import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerSpec } from '@rig-ops/contract/supervisor-containers';
import type { InstanceReport, InstanceSpec } from '@rig-ops/contract/supervisor';
import { type DockerClient, isDockerAway } from '@rig-ops/docker';
import { isRigError } from '@rig-ops/contract/errors';
import type { InstanceContext } from '../../instances/instance.ts';
import { InstanceLog } from '../../instances/instance-log.ts';
import type { InstanceRecord } from '../../instances/instance-record.ts';
import { KeptRecord } from '../../instances/kept-record.ts';
import type { SupervisedInstance } from '../../instances/supervised-instance.ts';
import { toDiskError } from '../../records/to-disk-error.ts';
import { Wakeable } from '../../wakeable.ts';
import { awaitContainerEnd, type ContainerEnd, signalContainer, unknownEnd } from './container-end.ts';
import { ContainerLog } from './container-log.ts';
import type { ContainerRuntime } from './container-runtime.ts';
import { explainContainer } from './explain-container.ts';
import { startOfLog } from './log-position.ts';

export interface ContainerContext
  extends Pick<InstanceContext, 'captures' | 'records' | 'logs' | 'log' | 'onChange'> {
  runtime: ContainerRuntime;
}

const AGAIN_MS = 500;
const MAX_WAIT_MS = 60 * 60 * 1000;
const DEFAULT_GRACE_MS = 10_000;
const FORGET_MS = 5_000;
/** An instance in a container of its own. The daemon keeps it and what it prints; the record says how far that was read. */
export class ContainerInstance implements SupervisedInstance {
  readonly #context: ContainerContext;
  readonly #kept: KeptRecord;
  readonly #output: InstanceLog;
  #killAt = Number.POSITIVE_INFINITY;
  readonly #stopAsked = new Wakeable();
  readonly #released = new AbortController();
  #ended: Promise<void> = Promise.resolve();
  #removed: Promise<void> | null = null;

  private constructor(context: ContainerContext, record: InstanceRecord) {
    this.#context = context;
    this.#kept = new KeptRecord(context, record);
    this.#output = new InstanceLog(context, this.#kept);
  }

  /** Whether a record is of one of these. */
  static owns({ report }: InstanceRecord): boolean {
    return report.spec.container !== undefined;
  }

  /** @throws RigError `disk_full` when its files cannot be written, `docker_unreachable`; nothing was started then */
  static async start(context: ContainerContext, spec: InstanceSpec): Promise<ContainerInstance> {
    const report: InstanceReport = {
      spec,
      state: 'running',
      pid: 0,
      startTime: '',
      startedAt: new Date().toISOString(),
      endedAt: null,
      exitCode: null,
      signal: null,
      startError: null,
    };
    const instance = new ContainerInstance(context, {
      report,
      graceMs: null,
      forgotten: false,
      endTold: false,
    });
    try {
      // The record comes before the container: one that is started is never unknown.
      instance.#kept.create();
      await context.captures.withSpool(spec.id, async () => undefined);
    } catch (error) {
      instance.#clear();
      throw toDiskError(error);
    }
    await instance.#start();
    return instance;
  }

  /** Takes on one of an earlier supervisor: goes on watching it, or finds that it has ended. */
  static async adopt(context: ContainerContext, record: InstanceRecord): Promise<ContainerInstance> {
    const instance = new ContainerInstance(context, record);
    await instance.#adopt();
    return instance;
  }

  get report(): InstanceReport {
    return this.#kept.content.report;
  }

  get forgotten(): boolean {
    return this.#kept.content.forgotten;
  }

  get ended(): Promise<void> {
    return this.#ended;
  }

  stop(graceMs: number): void {
    if (this.report.state === 'exited') return;
    this.#killAt = Math.min(this.#killAt, performance.now() + graceMs);
    if (this.report.state !== 'stopping') {
      this.#kept.content.graceMs = graceMs;
      this.#kept.update({ state: 'stopping' });
      if (graceMs > 0) void this.#signal('SIGTERM');
    }
    this.#stopAsked.wake();
  }

  async forget(): Promise<void> {
    this.#kept.content.forgotten = true;
    this.stop(0);
    this.#kept.save();
    this.#removed ??= this.#remove();
    await Promise.race([this.#removed, sleep(FORGET_MS, undefined, { ref: false })]);
  }

  async release(): Promise<void> {
    this.#released.abort();
    await this.#output.release();
  }

  get #name(): string {
    return this.#context.runtime.labels.nameOf(this.report.spec.id);
  }

  get #docker(): DockerClient {
    return this.#context.runtime.docker;
  }

  get #container(): ContainerSpec {
    const { container } = this.report.spec;
    if (container === undefined) throw new Error('an instance without a container');
    return container;
  }

  async #start(): Promise<void> {
    const { spec } = this.report;
    const { log } = this.#context;
    try {
      await this.#create();
      await this.#docker.containers.start(this.#name);
      await this.#begin();
    } catch (error) {
      if (isDockerAway(error)) {
        // Whoever has asked asks again. What was made meanwhile is found then, or by the next supervisor.
        this.#clear();
        throw error;
      }
      log.info('a container was not started', { instance: spec.id, error });
      this.#output.open();
      this.#exited({
        ...unknownEnd,
        startError: explainContainer(error, { image: this.#container.image, argv: spec.argv }),
      });
      // What was made of it is of no use.
      await this.#docker.containers.remove(this.#name).catch(() => undefined);
    }
  }

  async #create(): Promise<void> {
    try {
      await this.#context.runtime.create(this.#name, { ...this.report.spec, container: this.#container });
    } catch (error) {
      // The daemon has gone between the two, when it was asked before.
      const isThere = isRigError(error) && error.code === 'docker_conflict';
      if (!isThere || (await this.#docker.containers.find(this.#name)) === null) throw error;
    }
  }

  /** It runs, or did: watches it from here on. */
  async #begin(): Promise<void> {
    const { Id, State } = await this.#docker.containers.inspect(this.#name);
    this.#output.open();
    this.#carryOutput(Id);
    this.#kept.update({ pid: State.Pid });
    this.#ended = this.#follow();
  }

  async #adopt(): Promise<void> {
    if (this.report.state === 'exited') {
      if (!this.#kept.content.endTold) {
        this.#output.open();
        this.#carryOutput(this.#name);
        this.#output.finish();
      }
    } else {
      this.#output.open();
      this.#carryOutput(this.#name);
      if (this.report.state === 'stopping') {
        this.#killAt = performance.now() + (this.#kept.content.graceMs ?? DEFAULT_GRACE_MS);
        void this.#signal('SIGTERM');
      }
      // Not waited for: the daemon may be down, and the platform must start nevertheless.
      this.#ended = this.#resume();
    }
    if (this.forgotten) {
      this.stop(0);
      this.#removed = this.#remove();
    }
  }

  async #resume(): Promise<void> {
    for (;;) {
      try {
        const found = await this.#docker.containers.find(this.#name);
        // The supervisor before has died between the two.
        if (found?.State.Status === 'created') await this.#docker.containers.start(this.#name);
        if (found !== null && found.State.Pid > 0) this.#kept.update({ pid: found.State.Pid });
        break;
      } catch (error) {
        if (this.#released.signal.aborted) return;
        if (!isDockerAway(error)) break;
        await sleep(AGAIN_MS);
      }
    }
    await this.#follow();
  }

  async #follow(): Promise<void> {
    const over = new AbortController();
    const { runtime } = this.#context;
    const ended = awaitContainerEnd(this.#docker, this.#name, {
      released: this.#released.signal,
      givesUp: () => runtime.ending && performance.now() > this.#killAt,
    });
    void this.#killWhenLate(over.signal);
    const end = await ended;
    over.abort();
    if (end !== null) this.#exited(end);
  }

  async #killWhenLate(over: AbortSignal): Promise<void> {
    while (!over.aborted && !this.#released.signal.aborted) {
      const left = this.#killAt - performance.now();
      if (left <= 0) {
        if (await this.#signal('SIGKILL')) return;
        await sleep(AGAIN_MS);
        continue;
      }
      await this.#stopAsked.wait(Math.min(left, MAX_WAIT_MS));
    }
  }

  /** Whether the daemon has taken it, or there is nothing to take it. */
  async #signal(name: string): Promise<boolean> {
    return await signalContainer(this.#docker, this.#name, name);
  }

  #exited(end: ContainerEnd): void {
    const { outOfMemory, ...told } = end;
    const endedAt = new Date().toISOString();
    this.#kept.update({ ...told, ...(outOfMemory ? { outOfMemory } : {}), state: 'exited', endedAt });
    this.#output.finish();
  }

  #carryOutput(container: string): void {
    const { captures, log, runtime } = this.#context;
    const { id, name } = this.report.spec;
    const [stdout, stderr] = captures.paths(id);
    const carrier = new ContainerLog({
      docker: this.#docker,
      container,
      paths: { stdout, stderr },
      position: runtime.positions.get(id) ?? startOfLog(),
      onPosition: (position) => runtime.positions.set(id, position),
      givesUp: () => runtime.ending,
      onGap: () => {
        const line = `output of ${name} is missing here: the Docker daemon had removed it before it was read`;
        this.#output.lost(line).catch((error: unknown) => log.warn('a gap is not in the log', { error }));
      },
      log,
    });
    this.#output.carry(carrier);
  }

  async #remove(): Promise<void> {
    await this.#ended;
    await this.#output.stored;
    // Its output was let go of before it was stored: the next supervisor will remove it.
    if (!this.#kept.content.endTold) return;
    for (;;) {
      try {
        await this.#docker.containers.remove(this.#name);
        break;
      } catch (error) {
        if (!isDockerAway(error)) this.#context.log.warn('a container was not removed', { error });
        // What is left of it has the label of the platform: the next supervisor removes it.
        if (!isDockerAway(error) || this.#context.runtime.ending) break;
        await sleep(AGAIN_MS);
      }
    }
    this.#clear();
  }

  #clear(): void {
    const { captures, records, log, runtime } = this.#context;
    const { id } = this.report.spec;
    try {
      captures.remove(id);
      runtime.positions.remove(id);
      records.remove(id);
    } catch (error) {
      log.warn('what is left of an instance was not removed', { instance: id, error });
    }
  }
}

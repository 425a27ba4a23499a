import { setTimeout as sleep } from 'node:timers/promises';
import type { InstanceReport } from '@rig-ops/contract/supervisor';
import { isClusterAway } from '@rig-ops/kubernetes';
import { InstanceLog } from '../../../instances/instance-log.ts';
import type { InstanceRecord } from '../../../instances/instance-record.ts';
import { KeptRecord } from '../../../instances/kept-record.ts';
import type { SupervisedInstance } from '../../../instances/supervised-instance.ts';
import { toDiskError } from '../../../records/to-disk-error.ts';
import type { ContainersContext } from '../../containers.ts';
import type { Cluster } from '../cluster.ts';
import { APP_CONTAINER } from '../objects/pod-template.ts';
import type { PodInstanceSpec } from '../objects/workload-objects.ts';
import { type PodEnd, unknownEnd } from '../reasons/explain-end.ts';
import { explainRefusal } from '../reasons/explain-failure.ts';
import type { Binding } from '../slots/slot.ts';
import type { OpenPodOutput, PodOutput } from './pod-log-source.ts';
import type { PodPlace } from './pod-place.ts';
import type { PodRelays } from './pod-relays.ts';

export interface PodContext extends ContainersContext {
  openOutput: OpenPodOutput;
  relays: PodRelays;
  /** The platform is being stopped: what does not answer is not waited for. */
  isEnding: () => boolean;
}

const FORGET_MS = 5_000;
const ATTACH_MS = 2_000;
const DEFAULT_GRACE_MS = 10_000;
/** Beyond its grace, for a cluster that does not tell of its end. */
const UNTOLD_MS = 60_000;
const ENDING_UNTOLD_MS = 5_000;

/** An instance in a pod of a cluster, which keeps it and what it prints; the record says which pod, and which run of it. */
export class PodInstance implements SupervisedInstance {
  readonly #context: PodContext;
  readonly #kept: KeptRecord;
  readonly #cluster: Cluster;
  readonly #place: PodPlace;
  readonly #spec: PodInstanceSpec;
  readonly #output: InstanceLog;
  readonly #over = Promise.withResolvers<void>();
  #carrier: PodOutput | null = null;
  #removed: Promise<void> | null = null;
  #leaving: Promise<void> = Promise.resolve();
  #late: NodeJS.Timeout | null = null;
  #isReleased = false;

  private constructor(
    context: PodContext,
    record: InstanceRecord,
    { cluster, place, spec }: { cluster: Cluster; place: PodPlace; spec: PodInstanceSpec },
  ) {
    this.#context = context;
    this.#kept = new KeptRecord(context, record);
    this.#output = new InstanceLog(context, this.#kept);
    this.#cluster = cluster;
    this.#place = place;
    this.#spec = spec;
  }

  /** @throws RigError `disk_full`, `cluster_unreachable`, `cluster_busy`; nothing was started then */
  static async start(
    context: PodContext,
    on: { cluster: Cluster; place: PodPlace; spec: PodInstanceSpec },
  ): Promise<PodInstance> {
    const { spec } = on;
    const report: InstanceReport = {
      spec,
      state: 'starting',
      pid: 1,
      startTime: '',
      startedAt: new Date().toISOString(),
      endedAt: null,
      exitCode: null,
      signal: null,
      startError: null,
      waiting: null,
    };
    const instance = new PodInstance(
      context,
      { report, graceMs: null, forgotten: false, endTold: false },
      on,
    );
    try {
      // The record comes before the pod: one that is started is never unknown.
      instance.#kept.create();
      await context.captures.withSpool(spec.id, async () => undefined);
    } catch (error) {
      instance.#clear();
      throw toDiskError(error);
    }
    await instance.#start();
    return instance;
  }

  /** Takes on one of an earlier supervisor. */
  static adopt(
    context: PodContext,
    record: InstanceRecord,
    on: { cluster: Cluster; place: PodPlace; spec: PodInstanceSpec },
  ): PodInstance {
    const instance = new PodInstance(context, record, on);
    instance.#adopt();
    return instance;
  }

  get spec(): PodInstanceSpec {
    return this.#spec;
  }

  get report(): InstanceReport {
    return this.#kept.content.report;
  }

  get forgotten(): boolean {
    return this.#kept.content.forgotten;
  }

  get ended(): Promise<void> {
    return this.#over.promise;
  }

  /** The pod that it has; null while it has none. */
  get binding(): Binding | null {
    return this.#kept.content.pod ?? null;
  }

  stop(graceMs: number): void {
    if (this.report.state === 'exited') {
      // Nobody takes its place: what the cluster has made of it goes too.
      this.#place.leave(this.#spec.id, graceMs);
      return;
    }
    const { graceMs: before } = this.#kept.content;
    this.#kept.content.graceMs = before === null ? graceMs : Math.min(before, graceMs);
    if (this.report.state !== 'stopping') this.#kept.update({ state: 'stopping' });
    this.#leaving = this.#leave(graceMs);
    this.#endWhenUntold(graceMs);
  }

  /** A pod that goes takes its log along: somebody should be reading it. */
  async #leave(graceMs: number): Promise<void> {
    const output = this.#carrier;
    if (output !== null && !output.isAttached && !this.#context.isEnding())
      await Promise.race([output.attached(), sleep(ATTACH_MS, undefined, { ref: false })]);
    this.#place.leave(this.#spec.id, graceMs);
  }

  async forget(): Promise<void> {
    this.#kept.content.forgotten = true;
    if (this.report.state !== 'exited') this.stop(0);
    this.#kept.save();
    this.#forgetPlace();
    this.#removed ??= this.#remove();
    await Promise.race([this.#removed, sleep(FORGET_MS, undefined, { ref: false })]);
  }

  #forgetPlace(): void {
    if (this.#spec.pod.once === true) void this.#forgetStored();
    else void this.#forgetLeft();
  }

  /** The copy of a Deployment is taken over by the next instance at once. */
  async #forgetLeft(): Promise<void> {
    await this.#leaving;
    this.#place.forget(this.#spec.id);
  }

  /** What runs once goes with its Job, and its log with it. */
  async #forgetStored(): Promise<void> {
    await this.#over.promise;
    await this.#output.stored;
    // It was let go of before: the next supervisor does it.
    if (this.#kept.content.endTold) this.#place.forget(this.#spec.id);
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    // It is reached until the edge has ended: all relays are closed behind that.
    await this.#output.release();
  }

  async #start(): Promise<void> {
    try {
      await this.#place.claim(this.#spec, this.#listener);
    } catch (error) {
      if (isClusterAway(error)) {
        // Whoever has asked asks again.
        this.#clear();
        throw error;
      }
      this.#context.log.info('a pod was not made', { instance: this.#spec.id, error });
      this.#exited({ ...unknownEnd, startError: explainRefusal(error) });
    }
  }

  #adopt(): void {
    const { state } = this.report;
    const { graceMs } = this.#kept.content;
    const binding = this.binding;
    if (state === 'exited') {
      this.#over.resolve();
      if (!this.#kept.content.endTold) {
        if (binding !== null && this.report.startTime !== '') this.#open(binding);
        else this.#output.open();
        this.#output.finish();
      }
    } else if (binding !== null && this.report.startTime !== '') {
      this.#open(binding);
      this.#reach(binding);
    }
    const slot = state === 'stopping' ? 'leaving' : state === 'exited' ? 'ended' : state;
    this.#place.adopt(this.#spec, { state: slot, binding, graceMs }, this.#listener);
    if (state === 'stopping') this.#endWhenUntold(graceMs ?? DEFAULT_GRACE_MS);
    if (this.forgotten) {
      if (state !== 'exited') this.stop(0);
      this.#forgetPlace();
      this.#removed = this.#remove();
    }
  }

  readonly #listener = {
    bound: (binding: Binding) => {
      this.#kept.content.pod = binding;
      this.#kept.save();
    },
    waits: (why: string | null) => {
      if (this.report.state === 'starting' && (this.report.waiting ?? null) !== why)
        this.#kept.update({ waiting: why });
    },
    running: () => {
      const binding = this.binding;
      if (binding === null) return;
      this.#open(binding);
      this.#reach(binding);
      // By the clock of this machine: that of the cluster may be another one.
      const startedAt = new Date().toISOString();
      const startTime = `${binding.uid}/${binding.run}`;
      const state = this.report.state === 'starting' ? ('running' as const) : this.report.state;
      this.#kept.update({ state, startedAt, startTime, waiting: null });
    },
    leaving: () => {
      if (this.report.state === 'running') this.#kept.update({ state: 'stopping' });
    },
    ended: (end: PodEnd) => this.#exited(end),
  };

  /** A cluster that is away, or a node that does not answer, must not keep somebody waiting for ever. */
  #endWhenUntold(graceMs: number): void {
    if (this.#late !== null) clearTimeout(this.#late);
    const patience = this.#context.isEnding() ? ENDING_UNTOLD_MS : UNTOLD_MS;
    this.#late = setTimeout(() => this.#exited(unknownEnd), graceMs + patience);
    this.#late.unref();
  }

  #exited({ note, outOfMemory, ...told }: PodEnd): void {
    if (this.report.state === 'exited' || this.#isReleased) return;
    if (this.#late !== null) clearTimeout(this.#late);
    this.#context.relays.close(this.#spec.id);
    const binding = this.binding;
    const began = this.report.startTime !== '';
    if (binding !== null && began) this.#open(binding);
    else this.#output.open();
    const endedAt = new Date().toISOString();
    this.#kept.update({
      ...told,
      ...(outOfMemory ? { outOfMemory } : {}),
      state: 'exited',
      waiting: null,
      endedAt,
    });
    this.#over.resolve();
    this.#output.finish(note);
  }

  #reach({ pod }: Binding): void {
    const { port, namespace } = this.#spec.pod;
    if (port !== null)
      this.#context.relays.open(this.#spec.id, { cluster: this.#cluster, namespace, pod, ...port });
  }

  #open(binding: Binding): void {
    this.#output.open();
    if (this.#output.isCarried) return;
    const { captures, log, isEnding, openOutput } = this.#context;
    const { id, name, pod } = this.#spec;
    const [path] = captures.paths(id);
    const carrier = openOutput({
      id,
      client: this.#cluster.client,
      namespace: pod.namespace,
      container: APP_CONTAINER,
      binding,
      path,
      mayBeDeaf: () => this.#cluster.mayBeDeaf,
      givesUp: isEnding,
      onGap: (why) => {
        this.#output
          .lost(`output of ${name} may be missing here: ${why}`, 'unsure')
          .catch((error: unknown) => log.warn('a gap is not in the log', { error }));
      },
      log,
    });
    this.#carrier = carrier;
    this.#output.carry(carrier);
  }

  async #remove(): Promise<void> {
    await this.#over.promise;
    await this.#output.stored;
    // Its output was let go of before it was stored: the next supervisor will remove it.
    if (this.#kept.content.endTold) this.#clear();
  }

  #clear(): void {
    const { captures, records, log } = this.#context;
    const { id } = this.#spec;
    try {
      captures.remove(id);
      records.remove(id);
    } catch (error) {
      log.warn('what is left of an instance was not removed', { instance: id, error });
    }
  }
}

import { statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type { MetricStep, PlatformMetric } from '@rig-ops/contract/resources';
import type { InstanceReport, ProcessUsage } from '@rig-ops/contract/supervisor';
import type { Clock } from '../../clock.ts';
import type { Engine } from '../../engines/engine.ts';
import type { Logger } from '../../logger.ts';
import { PatientQuestion } from '../../patient-question.ts';
import type { Edge } from '../deploys/edge.ts';
import { type Counted, EdgeCounts } from './edge-counts.ts';
import { MetricBook } from './metric-book.ts';
import type { MetricPointStore } from './metric-point-store.ts';
import { ALL_POINTS, type Point, STEPS } from './metric-set.ts';
import { NO_REQUESTS, type TrafficPoints, TrafficReader } from './traffic-reader.ts';
import { UsageMean, type UsagePoint } from './usage-mean.ts';

/** Looking at every process costs more than asking the edge. */
const USAGE_SECONDS = 5;
const ANSWER_MS = 900;
/** Of a thousand apps a row has 80 KB. */
const ROWS_AT_ONCE = 20;

export interface MetricRecorderDeps {
  readonly edge: Edge;
  readonly engine: Pick<Engine, 'usage' | 'instances'>;
  readonly store: MetricPointStore;
  /** Folder of the state of the platform, on whose disk there has to be room. */
  readonly root: string;
  readonly clock: Clock;
  /** Seconds of a clock that nobody sets; that of the process when absent. */
  readonly steadySeconds?: () => number;
  readonly log: Logger;
}

/** Measures once a second, and keeps what it measured. */
export class MetricRecorder {
  readonly book = new MetricBook();
  readonly #deps: MetricRecorderDeps;
  readonly #readers = new Map(STEPS.map((step) => [step, new TrafficReader()]));
  readonly #means = new Map(STEPS.map((step) => [step, new UsageMean()]));
  readonly #running: PatientQuestion<[InstanceReport[], ProcessUsage[]]>;
  readonly #counts = new EdgeCounts();
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  #instances: InstanceReport[] = [];
  #usage = new Map<string, UsagePoint>();
  #ownCpu = process.cpuUsage();
  #ownCpuAt = process.hrtime.bigint();
  #last = 0;
  #isStorePoorly = false;
  #stopped = false;
  #starting: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #busy: Promise<void> = Promise.resolve();

  constructor(deps: MetricRecorderDeps) {
    const { engine } = deps;
    this.#deps = deps;
    // An engine that hangs must not keep the traffic from being measured.
    this.#running = new PatientQuestion(() => Promise.all([engine.instances(), engine.usage()]), ANSWER_MS);
  }

  /** The second that was measured last; 0 before the first. */
  get latest(): number {
    return this.#last;
  }

  /** Reads what an earlier rigd has measured, and goes on. Of many apps that takes seconds, in which others get their turn. */
  start(): Promise<void> {
    this.#starting = this.#begin();
    return this.#starting;
  }

  async #begin(): Promise<void> {
    try {
      for (const step of [10, 60] as const) await this.#restore(step);
    } catch (error) {
      this.#deps.log.warn('What was measured before could not be read', { error });
    }
    if (this.#stopped) return;
    this.#delay.enable();
    this.#schedule();
  }

  async #restore(step: 10 | 60): Promise<void> {
    const latest = Math.floor(this.#second() / step);
    for (let from = latest - ALL_POINTS[step]; !this.#stopped; ) {
      const read = await this.#deps.store.since(step, from, ROWS_AT_ONCE);
      await setImmediate();
      if (this.#stopped) return;
      // What is yet to come was measured before the clock was set back.
      this.book.fromStored(
        step,
        read.filter(({ at }) => at <= latest),
      );
      from = (read.at(-1)?.at ?? from) + 1;
      await setImmediate();
      if (read.length < ROWS_AT_ONCE) return;
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#delay.disable();
    await this.#starting;
    await this.#busy;
  }

  /** Measures, and closes the steps that end with this second. Does not fail. */
  async measure(): Promise<void> {
    const second = this.#second();
    // A timer may come a little early. One second more, and the clock was set back: measuring goes on from there.
    if (second <= this.#last && this.#last - second < 2) return;
    const isFirst = this.#last === 0;
    const ended = STEPS.filter((step) => Math.floor(second / step) !== Math.floor(this.#last / step));
    this.#last = second;
    const [traffic] = await Promise.all([
      this.#readEdge(),
      isFirst || second % USAGE_SECONDS === 0 ? this.#readUsage() : undefined,
    ]);
    const own = await this.#readOwn();
    for (const [instance, usage] of this.#usage)
      for (const mean of this.#means.values()) mean.add(instance, usage);
    for (const mean of this.#means.values()) mean.add('', { cpu: own.cpu ?? 0, memory: own.memory ?? 0 });
    for (const step of ended) this.#close(step, second, traffic, own);
    for (const step of ended) if (step !== 1 && !isFirst) await this.#keep(step, Math.floor(second / step));
    if (ended.includes(60)) {
      this.book.forgetOld(second);
      this.#counts.askForAll();
    }
  }

  #second(): number {
    return Math.floor(this.#deps.clock.now().getTime() / 1000);
  }

  #schedule(): void {
    const untilNext = 1000 - (this.#deps.clock.now().getTime() % 1000);
    this.#timer = setTimeout(() => {
      this.#busy = this.#measureAndGoOn();
    }, untilNext);
    this.#timer.unref();
  }

  async #measureAndGoOn(): Promise<void> {
    await this.measure().catch((error: unknown) => this.#deps.log.error('Measuring failed', { error }));
    if (this.#timer !== null) this.#schedule();
  }

  #close(step: MetricStep, second: number, edge: Counted | null, own: Point<PlatformMetric>): void {
    const at = Math.floor(second / step);
    const { steadySeconds = uptime } = this.#deps;
    const traffic =
      edge === null ? null : (this.#readers.get(step)?.read(edge, second, steadySeconds()) ?? null);
    const means = this.#means.get(step)?.take() ?? new Map<string, UsagePoint>();
    const mine = means.get('');
    this.book.platform.set(step, at, { ...own, cpu: mine?.cpu ?? null, memory: mine?.memory ?? null });
    const running = this.#instances.filter(({ state }) => state !== 'exited');
    const byApp = Map.groupBy(running, ({ spec }) => spec.appId);
    for (const appId of new Set([...byApp.keys(), ...(traffic?.keys() ?? [])]))
      this.#closeApp(step, second, appId, { running: byApp.get(appId) ?? [], traffic, means });
  }

  #closeApp(
    step: MetricStep,
    second: number,
    appId: string,
    seen: {
      running: InstanceReport[];
      traffic: TrafficPoints | null;
      means: ReadonlyMap<string, UsagePoint>;
    },
  ): void {
    const { means, running, traffic } = seen;
    const at = Math.floor(second / step);
    const counted = traffic?.get(appId);
    const used = running.map(({ spec }) => means.get(spec.id)).filter((usage) => usage !== undefined);
    const sum = (key: keyof UsagePoint) =>
      used.length === 0 ? null : used.reduce((total, usage) => total + usage[key], 0);
    const set = this.book.app(appId);
    set.seenAt = second;
    set.set(step, at, {
      ...(traffic === null ? nothing(NO_REQUESTS) : (counted?.whole ?? NO_REQUESTS)),
      cpu: sum('cpu'),
      memory: sum('memory'),
      instances: running.length,
    });
    for (const { spec } of running) {
      const instance = this.book.instance(spec.id, appId, spec.name);
      const usage = means.get(spec.id);
      const { errors, p95, requests } = counted?.instances.get(spec.id) ?? NO_REQUESTS;
      instance.seenAt = second;
      instance.set(step, at, {
        ...(traffic === null ? nothing({ requests, errors, p95 }) : { requests, errors, p95 }),
        cpu: usage?.cpu ?? null,
        memory: usage?.memory ?? null,
      });
    }
  }

  /** What cannot be written is missing after a restart of rigd, no more. */
  async #keep(step: 10 | 60, at: number): Promise<void> {
    try {
      await this.#deps.store.add(step, at, this.book.toStored(step, at));
      // A row now and then instead of one for each.
      if (at % 30 === 0) await this.#deps.store.removeBefore(step, at - ALL_POINTS[step]);
      this.#isStorePoorly = false;
    } catch (error) {
      if (!this.#isStorePoorly) this.#deps.log.warn('What was measured could not be stored', { error });
      this.#isStorePoorly = true;
    }
  }

  async #readEdge(): Promise<Counted | null> {
    const { edge } = this.#deps;
    try {
      return this.#counts.take(
        await edge.metrics(undefined, AbortSignal.timeout(ANSWER_MS), this.#counts.mark),
      );
    } catch {
      // It is being started again: this step has no traffic that is known.
      return null;
    }
  }

  async #readUsage(): Promise<void> {
    const [instances, usage] = (await this.#running.answer()) ?? [this.#instances, []];
    this.#instances = instances;
    this.#usage = new Map(
      usage.map(({ cpuPercent, instance, memoryBytes }) => [
        instance,
        { cpu: cpuPercent, memory: memoryBytes },
      ]),
    );
  }

  async #readOwn(): Promise<Point<PlatformMetric>> {
    const now = process.hrtime.bigint();
    const { system, user } = process.cpuUsage(this.#ownCpu);
    const elapsedUs = Number(now - this.#ownCpuAt) / 1000;
    this.#ownCpu = process.cpuUsage();
    this.#ownCpuAt = now;
    const eventLoop = this.#delay.max / 1e6;
    this.#delay.reset();
    const disk = await statfs(this.#deps.root).catch(() => null);
    return {
      cpu: elapsedUs <= 0 ? 0 : ((user + system) / elapsedUs) * 100,
      memory: process.memoryUsage.rss(),
      diskFree: disk === null ? null : disk.bavail * disk.bsize,
      eventLoop: Number.isFinite(eventLoop) ? eventLoop : null,
    };
  }
}

const uptime = (): number => performance.now() / 1000;

const nothing = <K extends string>(point: Record<K, unknown>) =>
  Object.fromEntries(Object.keys(point).map((key) => [key, null])) as Record<K, null>;

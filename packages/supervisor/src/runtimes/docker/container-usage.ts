import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceReport, ProcessUsage } from '@rig-ops/contract/supervisor';
import { type ContainerStats, isDockerAway } from '@rig-ops/docker';

/** One is asked about no more often: what a daemon answers it has measured for its own clock of a second. */
const REST_MS = 1_000;
/** An answer waits for that clock, and costs the daemon some 2 ms: so many at once are a tenth of a CPU at most. */
const AT_ONCE = 50;
/** Who asks is answered within it, with what is known by then. */
const PATIENCE_MS = 400;
/** Nobody waits for anything newer. */
const FRESH_MS = 8_000;
/** What was measured longer ago is not known any more. */
const STALE_MS = 60_000;

interface Sample {
  /** Milliseconds, by the clock of the daemon. */
  measuredAt: number;
  /** Nanoseconds of all CPUs. */
  cpu: number;
  /** By a clock that nobody sets. */
  knownAt: number;
  usage: ProcessUsage;
}

/** Measures containers as their daemon does. Answers soon, also when the daemon does not: with what it was told last. */
export class ContainerUsage {
  readonly #measure: (instance: string) => Promise<ContainerStats>;
  readonly #samples = new Map<string, Sample>();
  /** Answered or not, by a clock that nobody sets. */
  readonly #askedAt = new Map<string, number>();
  readonly #waiting = new Map<string, InstanceReport>();
  readonly #asking = new Map<string, Promise<void>>();

  /** @param measure rejects where it cannot be measured */
  constructor(measure: (instance: string) => Promise<ContainerStats>) {
    this.#measure = measure;
  }

  /** One that could not be measured lately is left out. */
  async sample(running: readonly InstanceReport[]): Promise<ProcessUsage[]> {
    this.#forget(new Set(running.map(({ spec }) => spec.id)));
    const due = performance.now() - REST_MS;
    // Those of which least is known come first.
    const byAge = running.toSorted((one, other) => this.#lastAsked(one) - this.#lastAsked(other));
    for (const report of byAge)
      if (this.#lastAsked(report) <= due && !this.#asking.has(report.spec.id))
        this.#waiting.set(report.spec.id, report);
    this.#askMore();
    if (running.some((report) => this.#known(report, FRESH_MS) === null)) await this.#waitAWhile();
    return running.flatMap((report) => this.#known(report, STALE_MS)?.usage ?? []);
  }

  #known({ spec }: InstanceReport, maxAgeMs: number): Sample | null {
    const sample = this.#samples.get(spec.id);
    return sample === undefined || performance.now() - sample.knownAt > maxAgeMs ? null : sample;
  }

  async #waitAWhile(): Promise<void> {
    const over = new AbortController();
    const late = delay(PATIENCE_MS, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
    await Promise.race([this.#answers(over.signal), late]);
    over.abort();
  }

  #lastAsked({ spec }: InstanceReport): number {
    return this.#askedAt.get(spec.id) ?? Number.NEGATIVE_INFINITY;
  }

  #forget(running: ReadonlySet<string>): void {
    for (const known of [this.#samples, this.#askedAt, this.#waiting])
      for (const id of known.keys()) if (!running.has(id)) known.delete(id);
  }

  async #answers(over: AbortSignal): Promise<void> {
    while (this.#asking.size > 0 && !over.aborted) await Promise.all(this.#asking.values());
  }

  #askMore(): void {
    for (const [id, report] of this.#waiting) {
      if (this.#asking.size >= AT_ONCE) return;
      this.#waiting.delete(id);
      this.#asking.set(id, this.#ask(report));
    }
  }

  async #ask(report: InstanceReport): Promise<void> {
    const { id } = report.spec;
    // One that does not answer is asked nothing more for now.
    if (!(await this.#look(report))) this.#waiting.clear();
    this.#askedAt.set(id, performance.now());
    this.#asking.delete(id);
    this.#askMore();
  }

  /** Whether the daemon has answered, whatever it was. */
  async #look({ spec, startedAt }: InstanceReport): Promise<boolean> {
    let stats: ContainerStats;
    try {
      stats = await this.#measure(spec.id);
    } catch (error) {
      return !isDockerAway(error);
    }
    const measuredAt = Date.parse(stats.read);
    const cpu = stats.cpu_stats.cpu_usage.total_usage;
    // One that has ended meanwhile is told with a time of no year.
    if (!(measuredAt > 0)) return true;
    const before = this.#samples.get(spec.id) ?? { measuredAt: Date.parse(startedAt), cpu: 0 };
    const elapsed = measuredAt - before.measuredAt;
    const cpuPercent = elapsed <= 0 ? 0 : ((cpu - before.cpu) / 1e6 / elapsed) * 100;
    this.#samples.set(spec.id, {
      measuredAt,
      cpu,
      knownAt: performance.now(),
      usage: {
        instance: spec.id,
        cpuPercent: Math.max(0, Math.round(cpuPercent * 10) / 10),
        memoryBytes: memoryOf(stats),
      },
    });
    return true;
  }
}

/** Without what the kernel keeps of files and would give up at once: named anew in the second version of cgroups. */
function memoryOf({ memory_stats: { usage = 0, stats = {} } }: ContainerStats): number {
  const files = stats['total_inactive_file'] ?? stats['inactive_file'] ?? 0;
  return Math.max(0, usage - files);
}

import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceReport, ProcessUsage } from '@rig-ops/contract/supervisor';
import { type ContainerStats, isDockerAway } from '@rig-ops/docker';

const MIN_INTERVAL_MS = 500;
/** So much longer than a round took nothing is asked: of many containers, or of a daemon that is busy, less often. */
const REST = 4;
/** A daemon measures each on its own, and has other things to do. */
const AT_ONCE = 4;
/** Who asks is answered within it, with what is known by then. */
const PATIENCE_MS = 300;
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
  #round: Promise<void> | null = null;
  #endedAt = Number.NEGATIVE_INFINITY;
  #tookMs = 0;

  /** @param measure rejects where it cannot be measured */
  constructor(measure: (instance: string) => Promise<ContainerStats>) {
    this.#measure = measure;
  }

  /** One that could not be measured lately is left out. */
  async sample(running: readonly InstanceReport[]): Promise<ProcessUsage[]> {
    const ids = new Set(running.map(({ spec }) => spec.id));
    for (const id of this.#samples.keys()) if (!ids.has(id)) this.#samples.delete(id);
    this.#round ??= this.#begin(running);
    if (this.#round !== null) {
      const done = new AbortController();
      const late = delay(PATIENCE_MS, undefined, { signal: done.signal, ref: false }).catch(() => undefined);
      await Promise.race([this.#round, late]);
      done.abort();
    }
    const oldest = performance.now() - STALE_MS;
    return running.flatMap(({ spec }) => {
      const sample = this.#samples.get(spec.id);
      return sample === undefined || sample.knownAt < oldest ? [] : sample.usage;
    });
  }

  /** Null while the daemon rests from the round before; of what is new it is asked sooner. */
  #begin(running: readonly InstanceReport[]): Promise<void> | null {
    const since = performance.now() - this.#endedAt;
    if (since < MIN_INTERVAL_MS) return null;
    const due =
      since < this.#tookMs * REST ? running.filter(({ spec }) => !this.#samples.has(spec.id)) : running;
    return due.length === 0 ? null : this.#go(due);
  }

  async #go(due: readonly InstanceReport[]): Promise<void> {
    const begun = performance.now();
    // Those of which least is known come first.
    const queue = due.toSorted((one, other) => this.#knownAt(one) - this.#knownAt(other));
    const take = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        // One that does not answer is asked nothing more.
        if (!(await this.#look(next))) queue.length = 0;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, take));
    this.#endedAt = performance.now();
    this.#tookMs = this.#endedAt - begun;
    this.#round = null;
  }

  #knownAt({ spec }: InstanceReport): number {
    return this.#samples.get(spec.id)?.knownAt ?? Number.NEGATIVE_INFINITY;
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

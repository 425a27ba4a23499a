import type { InstanceReport, ProcessUsage } from '@rig-ops/contract/supervisor';
import type { ContainerStats } from '@rig-ops/docker';
import type { ContainerRuntime } from './container-runtime.ts';

const MIN_INTERVAL_MS = 500;

interface Sample {
  at: number;
  /** Nanoseconds of all CPUs. */
  cpu: number;
}

/** Measures containers as the daemon does. */
export class ContainerUsage {
  readonly #runtime: ContainerRuntime;
  #samples = new Map<string, Sample>();
  #latest: ProcessUsage[] = [];
  #sampledAt = Number.NEGATIVE_INFINITY;

  constructor(runtime: ContainerRuntime) {
    this.#runtime = runtime;
  }

  /** A question within half a second of the one before gets the same answer. One that cannot be measured is left out. */
  async sample(running: readonly InstanceReport[]): Promise<ProcessUsage[]> {
    const isCovered = running.every(({ spec }) => this.#latest.some(({ instance }) => instance === spec.id));
    if (performance.now() - this.#sampledAt < MIN_INTERVAL_MS && isCovered) return this.#latest;
    const samples = new Map<string, Sample>();
    const found = await Promise.all(running.map(async (report) => await this.#measure(report, samples)));
    this.#samples = samples;
    this.#sampledAt = performance.now();
    this.#latest = found.flatMap((usage) => usage ?? []);
    return this.#latest;
  }

  async #measure(
    { spec, startedAt }: InstanceReport,
    samples: Map<string, Sample>,
  ): Promise<ProcessUsage | null> {
    const { docker, labels } = this.#runtime;
    let stats: ContainerStats;
    try {
      stats = await docker.containers.stats(labels.nameOf(spec.id));
    } catch {
      return null;
    }
    const now = { at: Date.now(), cpu: stats.cpu_stats.cpu_usage.total_usage };
    samples.set(spec.id, now);
    const before = this.#samples.get(spec.id) ?? { at: Date.parse(startedAt), cpu: 0 };
    const elapsed = now.at - before.at;
    const cpuPercent = elapsed <= 0 ? 0 : ((now.cpu - before.cpu) / 1e6 / elapsed) * 100;
    return {
      instance: spec.id,
      cpuPercent: Math.max(0, Math.round(cpuPercent * 10) / 10),
      memoryBytes: memoryOf(stats),
    };
  }
}

/** Without what the kernel keeps of files and would give up at once: named anew in the second version of cgroups. */
function memoryOf({ memory_stats: { usage = 0, stats = {} } }: ContainerStats): number {
  const files = stats['total_inactive_file'] ?? stats['inactive_file'] ?? 0;
  return Math.max(0, usage - files);
}

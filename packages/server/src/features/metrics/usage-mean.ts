/** CPU in percent of one core, memory in bytes. */
export interface UsagePoint {
  cpu: number;
  memory: number;
}

/** The mean of what was measured since it was asked last. */
export class UsageMean {
  #sums = new Map<string, { cpu: number; memory: number; count: number }>();

  add(key: string, { cpu, memory }: UsagePoint): void {
    const sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, { cpu, memory, count: 1 });
    else Object.assign(sum, { cpu: sum.cpu + cpu, memory: sum.memory + memory, count: sum.count + 1 });
  }

  take(): Map<string, UsagePoint> {
    const means = [...this.#sums].map(
      ([key, { cpu, memory, count }]) => [key, { cpu: cpu / count, memory: memory / count }] as const,
    );
    this.#sums = new Map();
    return new Map(means);
  }
}

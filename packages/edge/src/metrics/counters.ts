import { BUCKETS, bucketOf, type Traffic } from '@rig-ops/contract/edge-metrics';

/** Counts of one instance or release; adding to it allocates nothing. */
export class Counters {
  #requests = 0;
  #errors = 0;
  #abandoned = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  /** Of what only grows: another sum is another count. */
  #toldSum = -1;
  #changed = 0;
  readonly #latency = new Float64Array(BUCKETS);

  answered(ms: number, isError: boolean): void {
    this.#requests += 1;
    if (isError) this.#errors += 1;
    this.#time(ms);
  }

  /** An answer that was counted has broken off. */
  broken(): void {
    this.#errors += 1;
  }

  unanswered(): void {
    this.#requests += 1;
    this.#errors += 1;
  }

  abandoned(ms: number): void {
    this.#abandoned += 1;
    this.#time(ms);
  }

  carried(bytesIn: number, bytesOut: number): void {
    this.#bytesIn += bytesIn;
    this.#bytesOut += bytesOut;
  }

  /** The latest answer with a number at which it had changed; telling it is what finds that out. */
  changedAt(tick: number): number {
    const sum = this.#requests + this.#errors + this.#abandoned + this.#bytesIn + this.#bytesOut;
    if (sum !== this.#toldSum) this.#changed = tick;
    this.#toldSum = sum;
    return this.#changed;
  }

  snapshot(): Traffic {
    const latency: [number, number][] = [];
    for (const [bucket, count] of this.#latency.entries()) if (count > 0) latency.push([bucket, count]);
    return {
      requests: this.#requests,
      errors: this.#errors,
      abandoned: this.#abandoned,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      latency,
    };
  }

  #time(ms: number): void {
    const bucket = bucketOf(ms);
    this.#latency[bucket] = (this.#latency[bucket] ?? 0) + 1;
  }
}

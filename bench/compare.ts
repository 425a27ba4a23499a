export interface Case {
  name: string;
  /** Runs once and answers what it measured, in milliseconds. */
  measure: () => Promise<number>;
}

export interface Comparison {
  name: string;
  medianMs: number;
  /** Median of the ratios to the peer of the same round. */
  ratio: number;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Measures peer and cases in turn, so that a noisy minute hits all of them alike; one round to warm up is not counted. */
export async function compare(peer: Case, cases: Case[], rounds: number): Promise<Comparison[]> {
  const all = [peer, ...cases];
  const times = all.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, { measure }] of all.entries()) {
      const elapsed = await measure();
      if (round > 0) times[index]?.push(elapsed);
    }
  }
  const base = times[0] ?? [];
  return all.map(({ name }, index) => {
    const own = times[index] ?? [];
    return {
      name,
      medianMs: median(own),
      ratio: median(own.map((value, round) => value / (base[round] ?? Number.NaN))),
    };
  });
}

export function printComparisons(title: string, comparisons: Comparison[]): void {
  console.log(`\n${title}`);
  for (const { name, medianMs, ratio } of comparisons) {
    console.log(`  ${name.padEnd(34)} ${medianMs.toFixed(1).padStart(9)} ms  × ${ratio.toFixed(2)}`);
  }
}

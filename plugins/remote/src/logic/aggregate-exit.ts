import type { RunRecord } from './run-record.ts';

/**
 * The exit code of several runs: 0 when all of them gave 0, the code of those that failed where they agree on
 * it, 1 where they do not. What was never started does not count.
 */
export function aggregateExit(codes: Iterable<number>): number {
  const failures = new Set(codes);
  failures.delete(0);
  const [first, ...others] = failures;
  if (first === undefined) return 0;
  return others.length === 0 ? first : 1;
}

/** Counts runs as they end. */
export class RunTally {
  readonly #codes: number[] = [];
  total = 0;
  failed = 0;
  notRun = 0;

  add(record: RunRecord): void {
    this.total += 1;
    if (record.failure?.code === 'remote_not_run') {
      this.notRun += 1;
      return;
    }
    // One of each kind is all that matters.
    if (!this.#codes.includes(record.exitCode)) this.#codes.push(record.exitCode);
    if (record.exitCode !== 0) this.failed += 1;
  }

  get exitCode(): number {
    return aggregateExit(this.#codes);
  }
}

import { constants } from 'node:os';
import type { Outcome } from '../proc/spawn-program.ts';

const names = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** A daemon tells a code alone: 128 + n for signal n, as a shell does. */
export function outcomeOfCode(exitCode: number): Outcome {
  return { exitCode, signal: names.get(exitCode - 128) ?? null };
}

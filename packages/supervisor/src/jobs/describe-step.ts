import type { JobStep } from '@rig-ops/contract/supervisor';
import type { Outcome } from '../proc/spawn-program.ts';

/** Why a step ended other than by itself; `exceeded` says what it had too much of. */
export type Interruption = 'cancelled' | 'timed out' | 'stopped' | { exceeded: string };

/** Why a step failed, for people; null when it succeeded. */
export function describeFailure(
  { name, timeoutMs }: JobStep,
  { exitCode, signal }: Outcome,
  interruption: Interruption | null,
): string | null {
  if (interruption === 'cancelled') return `step ${name} was cancelled`;
  if (interruption === 'timed out') return `step ${name} took longer than ${formatSeconds(timeoutMs)}`;
  if (interruption === 'stopped') return `the platform was stopped during step ${name}`;
  if (interruption !== null) return `step ${name} was ended: ${interruption.exceeded}`;
  if (signal !== null) return `step ${name} was ended by ${signal}`;
  return exitCode === 0 ? null : `step ${name} failed with exit code ${exitCode}`;
}

export function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}

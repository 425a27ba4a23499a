import type { Build } from '@rig-ops/contract/resources';
import type { Ui } from '@rig-ops/kit';

const kinds = {
  pending: 'warn',
  running: 'warn',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'dim',
} as const;

/** How a build stands, as `waits (2nd)`. */
export function styleBuildStatus(ui: Ui, { status, position }: Pick<Build, 'status' | 'position'>): string {
  if (status !== 'pending') return ui.style(kinds[status], status);
  return ui.style('warn', position === null ? 'waits' : `waits, ${ordinal(position)} in line`);
}

export function ordinal(number: number): string {
  const tens = number % 100;
  const suffix = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${suffix}`;
}

/** Milliseconds from its turn to its end, or to now; null before its turn. */
export function buildDurationMs({ startedAt, endedAt }: Build, now = Date.now()): number | null {
  if (startedAt === null) return null;
  return Math.max(0, (endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt));
}

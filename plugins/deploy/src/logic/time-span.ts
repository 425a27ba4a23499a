import { RigError } from '@rig-ops/contract/errors';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * Reads a span of time as people write it: `90s`, `10m`, `2h`, `7d`, `2w`.
 * @param flag the flag it was given with, for the message
 * @returns seconds
 * @throws RigError `usage`
 */
export function parseTimeSpan(text: string, flag: string, mostSeconds: number): number {
  const [, count, unit = ''] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (seconds >= 1 && seconds <= mostSeconds) return seconds;
  const most = `${Math.floor(mostSeconds / 3600)}h`;
  const wrong = Number.isNaN(seconds) ? 'which is not a span of time' : `which is not between 1s and ${most}`;
  throw new RigError('usage', `${flag} is "${text}", ${wrong}.`, { hint: 'Write it as 90s, 10m, 2h or 7d.' });
}

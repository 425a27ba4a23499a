import { RigError } from '@rig-ops/contract/errors';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const LONGEST_SECONDS = 7 * 86_400;

/** Seconds of `30m`, `24h`, `7d` or `0`. @throws RigError `usage` */
export function parseOverlap(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})([smhd]?)$/.exec(text) ?? [];
  const seconds = Number(number) * (UNITS[unit] ?? 0);
  const isZero = number !== '' && Number(number) === 0;
  if (isZero || (unit !== '' && seconds <= LONGEST_SECONDS)) return seconds;
  throw new RigError('usage', `${JSON.stringify(text)} is no time from 0 to 7d.`, {
    hint: 'Write it as 30m, 24h or 7d.',
  });
}

import { RigError } from '@rig-ops/contract/errors';

const UNITS: Readonly<Record<string, number>> = { '': 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const MOST_MS = 24 * 3_600_000;

/** `30s`, `5m`, `1h`, `500ms`, or seconds, in milliseconds. @throws RigError `usage` */
export function parseWait(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Number(number) * (UNITS[unit] ?? 0);
  if (number === '' || ms > MOST_MS)
    throw new RigError('usage', `${JSON.stringify(text)} is no time: give it as 30s, 5m or 1h, at most 24h.`);
  return ms;
}

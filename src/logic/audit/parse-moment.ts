import { RigError } from '@rig-ops/contract/errors';

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A moment as people write it: `90s`, `10m`, `2h`, `7d`, `3w` ago; `now`, `today`, `yesterday` (midnight,
 * local time); `2026-01-31` (midnight, local time); RFC 3339.
 * @param flag the flag it was given with, for the message
 * @throws RigError `usage`
 */
export function parseMoment(text: string, flag: string, now = new Date()): Date {
  const moment = relative(text, now) ?? named(text, now) ?? absolute(text);
  if (moment !== undefined && !Number.isNaN(moment.getTime())) return moment;
  throw new RigError('usage', `${flag} is "${text}", which is not a time.`, {
    hint: 'Use 10m, 2h, 7d, today, yesterday, 2026-01-31 or 2026-01-31T12:00:00Z.',
  });
}

function relative(text: string, now: Date): Date | undefined {
  const [, count, unit] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  return count === undefined || unit === undefined
    ? undefined
    : new Date(now.getTime() - Number(count) * (UNITS[unit] ?? 0));
}

function named(text: string, now: Date): Date | undefined {
  if (text === 'now') return now;
  const daysBack = { today: 0, yesterday: 1 }[text];
  if (daysBack === undefined) return undefined;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBack);
}

/** RFC 3339 with a time zone; a date alone is one of this machine's. */
function absolute(text: string): Date | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year !== undefined) {
    const date = new Date(Number(year), Number(month) - 1, Number(day));
    return date.getMonth() === Number(month) - 1 ? date : undefined;
  }
  return /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text)
    ? new Date(text.replace(' ', 'T'))
    : undefined;
}

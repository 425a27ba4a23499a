import { RigError } from './errors.ts';

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A moment as people write it: `90s`, `10m`, `2h`, `7d`, `3w` ago; `now`, `today`, `yesterday` (midnight,
 * local time); `2026-01-31` (midnight), `2026-01-31T12:30`, `12:30` (today), local time; RFC 3339.
 * @param flag the flag it was given with, for the message
 * @throws RigError `usage`
 */
export function parseMoment(text: string, flag: string, now = new Date()): Date {
  const moment = relative(text, now) ?? named(text, now) ?? absolute(text, now);
  if (moment !== undefined && !Number.isNaN(moment.getTime())) return moment;
  throw new RigError('usage', `${flag} is "${text}", which is not a time.`, {
    hint: 'Use 10m, 2h, 7d, today, yesterday, 12:30, 2026-01-31, 2026-01-31T12:30 or 2026-01-31T12:00:00Z.',
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

/** RFC 3339; without a time zone, or as a date or a time of day alone, it is a time of this machine. */
function absolute(text: string, now: Date): Date | undefined {
  if (/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text)) {
    return new Date(text.replace(' ', 'T'));
  }
  const [, date, time] =
    /^(?:(\d{4}-\d\d-\d\d)(?:[Tt ](?=.)|$))?(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?$/.exec(text) ?? [];
  if (date === undefined && time === undefined) return undefined;
  const [year, month, day] =
    date === undefined ? [now.getFullYear(), now.getMonth() + 1, now.getDate()] : date.split('-').map(Number);
  const [hours = 0, minutes = 0, seconds = 0] = (time ?? '').split(':').map(Number);
  const moment = new Date(year ?? 0, (month ?? 0) - 1, day, hours, minutes, 0, seconds * 1000);
  // The 30th of February is no day in March.
  const isOne = moment.getMonth() === (month ?? 0) - 1 && hours < 24 && minutes < 60 && seconds < 60;
  return isOne ? moment : undefined;
}

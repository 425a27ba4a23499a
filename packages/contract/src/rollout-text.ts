import type { CanaryStep } from './resources/rollout.ts';

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600 };

/** As a person writes a length of time: `30s`, `5m`, `1h30m`, or plain seconds. */
export const DURATION_PATTERN = '^([0-9]+|([0-9]+h)?([0-9]+m)?([0-9]+s)?)$';

/** As `10%:2m`; without a time a step lasts until it is promoted. */
export const STEP_PATTERN = '^(100|[1-9][0-9]?)%(:([0-9]+[hms])+)?$';

/** A day; rigd holds no longer. */
const MOST_SECONDS = 86_400;

/** Seconds of a duration; null for what is none, or longer than a day. */
export function parseDuration(text: string): number | null {
  if (/^[0-9]+$/.test(text)) return withinDay(Number(text));
  if (text === '' || !new RegExp(DURATION_PATTERN).test(text)) return null;
  let seconds = 0;
  for (const [, count, unit = ''] of text.matchAll(/([0-9]+)([hms])/g))
    seconds += Number(count) * (UNITS[unit] ?? 0);
  return withinDay(seconds);
}

const withinDay = (seconds: number): number | null => (seconds <= MOST_SECONDS ? seconds : null);

/** A step of a canary, as `10%:2m`; null for what is none. */
export function parseCanaryStep(text: string): CanaryStep | null {
  const match = /^(\d{1,3})%(?::(.+))?$/.exec(text.trim());
  if (match === null) return null;
  const [, share = '', time] = match;
  const percent = Number(share);
  const seconds = time === undefined ? null : parseDuration(time);
  if (percent < 1 || percent > 100 || (time !== undefined && (seconds === null || seconds === 0)))
    return null;
  return { percent, seconds };
}

/** As `90 s`, `2 min` or `1 h`. */
export function describeSeconds(seconds: number): string {
  if (seconds % 3600 === 0 && seconds > 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 && seconds > 0 ? `${seconds / 60} min` : `${seconds} s`;
}

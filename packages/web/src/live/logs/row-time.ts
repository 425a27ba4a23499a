/** How the time of a line is written. */
export const timeForms = ['local', 'utc', 'relative', 'none'] as const;
export type TimeForm = (typeof timeForms)[number];

const digits = (value: number, count: number) => String(value).padStart(count, '0');

/** In characters, so that lines stand below each other; empty for `none`. */
export function formatRowTime(at: string, form: TimeForm, now: number): string {
  if (form === 'none') return '';
  if (form === 'utc') return at.slice(11, 23);
  const date = new Date(at);
  if (form === 'relative') return relative(now - date.getTime()).padStart(7);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => digits(part, 2));
  return `${time.join(':')}.${digits(date.getMilliseconds(), 3)}`;
}

function relative(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

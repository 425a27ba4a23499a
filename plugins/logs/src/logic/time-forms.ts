import { formatRelativeTime } from '@rig-ops/kit/text';

/** How the time of a line can be written. */
export const timeForms = ['full', 'time', 'relative', 'unix'] as const;
export type TimeForm = (typeof timeForms)[number];

const two = (value: number) => String(value).padStart(2, '0');
const three = (value: number) => String(value).padStart(3, '0');

/**
 * A time in one of the forms: `full` is RFC 3339, `time` the time of day, `relative` how long ago it was,
 * `unix` seconds since 1970. Local time unless `utc`.
 */
export function formatTime(at: string, form: TimeForm, utc: boolean, now = () => new Date()): string {
  const date = new Date(at);
  if (form === 'unix') return (date.getTime() / 1000).toFixed(3);
  if (form === 'relative') return formatRelativeTime(date, now()).padStart(10);
  if (utc) return form === 'full' ? at : at.slice(11, 23);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${three(date.getMilliseconds())}`;
  if (form === 'time') return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${time}${offsetOf(date)}`;
}

function offsetOf(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

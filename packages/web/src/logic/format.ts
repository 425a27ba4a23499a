const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** What stands where nothing is known. */
export const NOTHING = '–';

/** Binary units under their everyday names, as `rig status` prints them: `512 B`, `1.4 MB`, `23 GB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return NOTHING;
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** Three digits say enough: `0.04`, `1.2`, `37`, `12.4k`. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  const size = Math.abs(value);
  if (size >= 999_500) return `${trim(value / 1_000_000, 1)}M`;
  if (size >= 9_999.5) return `${trim(value / 1000, 1)}k`;
  if (size >= 99.95 || Number.isInteger(value)) return String(Math.round(value));
  return size >= 0.995 ? trim(value, 1) : trim(value, 2);
}

/** `0.3 %`, `12 %`. */
export const formatPercent = (value: number | null | undefined): string =>
  value === null || value === undefined ? NOTHING : `${size1(value)} %`;

/** Of milliseconds: `0.8 ms`, `42 ms`, `1.3 s`. */
export function formatMs(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  return value >= 999.5 ? formatSeconds(value / 1000) : `${size1(value)} ms`;
}

/** Of seconds: `4 s`, `1.3 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatSeconds(value: number): string {
  if (value < 59.95) return `${size1(value)} s`;
  const seconds = Math.round(value);
  if (seconds < 3600) return join(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return join(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.floor(minutes / 60);
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** How long ago, in one unit: `now`, `12 s`, `5 min`, `3 h`, `9 d`. */
export function formatAge(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `2026-11-26 06:13:34`, in the time zone of who looks at it. */
export function formatMoment(time: string | number | Date): string {
  const at = new Date(time);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `1 app`, `2 apps`. */
export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${amount} ${amount === 1 ? one : many}`;

const two = (value: number) => String(value).padStart(2, '0');
const size1 = (value: number) => (Math.abs(value) >= 9.95 ? String(Math.round(value)) : trim(value, 1));
const trim = (value: number, digits: number) => String(Number(value.toFixed(digits)));
const join = (a: number, one: string, b: number, two: string) =>
  b === 0 ? `${a} ${one}` : `${a} ${one} ${b} ${two}`;

import type { Point } from './metrics-history.ts';

/** The newest that is known among the last `within` points. */
export function latest(points: readonly Point[] | undefined, within = 1): Point {
  if (points === undefined) return null;
  for (let index = points.length - 1; index >= Math.max(0, points.length - within); index -= 1) {
    const value = points[index];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

/** The mean of what is known among the last `count` points; null when nothing is. */
export function meanOfLast(points: readonly Point[] | undefined, count: number): Point {
  const known = (points ?? []).slice(-count).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Errors in percent of the requests; null without requests. */
export function errorPercent(requests: Point, errors: Point): Point {
  return requests === null || requests === 0 || errors === null ? null : (100 * errors) / requests;
}

export function sumKnown(values: readonly Point[]): Point {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** `0`, `0.4`, `12`, `1.2k`, `34k`, `5.6M`: at most five columns. */
export function formatCount(value: Point): string {
  if (value === null) return '–';
  if (value === 0) return '0';
  if (value < 0.05) return '<0.1';
  if (value < 9.95) return value.toFixed(1);
  if (value < 999.5) return value.toFixed(0);
  const units = ['k', 'M', 'G'];
  let scaled = value;
  let unit = -1;
  while (Math.round(scaled) >= 1000 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${scaled < 9.95 ? scaled.toFixed(1) : scaled.toFixed(0)}${units[unit]}`;
}

/** `0.4%`, `12%`. */
export function formatPercent(value: Point): string {
  if (value === null) return '–';
  if (value > 0 && value < 0.05) return '<0.1%';
  return `${value === 0 ? '0' : value < 9.95 ? value.toFixed(1) : value.toFixed(0)}%`;
}

/** Milliseconds: `0.8ms`, `12ms`, `3.4s`. */
export function formatLatency(value: Point): string {
  if (value === null) return '–';
  if (value < 9.95) return `${value.toFixed(1)}ms`;
  return value < 999.5 ? `${value.toFixed(0)}ms` : `${(value / 1000).toFixed(1)}s`;
}

/** A span in one unit: `12s`, `5m`, `3h`, `2d`. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

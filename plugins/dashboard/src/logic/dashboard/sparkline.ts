import type { Point } from './metrics-history.ts';

/** From low to high; the first stands for nothing at all. */
export interface Levels {
  readonly bars: string;
  readonly unknown: string;
}

export const blockLevels: Levels = { bars: '▁▂▃▄▅▆▇█', unknown: ' ' };
/** For terminals that have only ASCII. */
export const plainLevels: Levels = { bars: '_.-=+*%#', unknown: ' ' };

/**
 * The newest points as one line of exactly `width` columns, the newest at its right end. It begins at zero, so that
 * its height tells how much and not only how different; `top` is the least that fills it.
 */
export function sparkline(
  points: readonly Point[] | undefined,
  { width, levels, top = 0 }: { width: number; levels: Levels; top?: number },
): string {
  const shown = (points ?? []).slice(-width);
  const highest = shown.reduce<number>((most, value) => Math.max(most, value ?? 0), top);
  const { bars, unknown } = levels;
  const drawn = shown.map((value) => {
    if (value === null) return unknown;
    if (value <= 0 || highest === 0) return bars[0];
    return bars[Math.min(bars.length - 1, Math.max(1, Math.ceil((value / highest) * bars.length) - 1))];
  });
  return drawn.join('').padStart(width, ' ');
}

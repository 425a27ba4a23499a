type Values = readonly (number | null)[];

const combine = (series: readonly Values[], of: (a: number, b: number) => number): (number | null)[] => {
  const length = Math.max(0, ...series.map((values) => values.length));
  return Array.from({ length }, (_, index) => {
    let result: number | null = null;
    for (const values of series) {
      // A shorter series is younger: its last point is as late as that of the others.
      const value = values[index - (length - values.length)] ?? null;
      if (value !== null) result = result === null ? value : of(result, value);
    }
    return result;
  });
};

/** Point by point the sum; null where none has a value. */
export const sumSeries = (series: readonly Values[]) => combine(series, (a, b) => a + b);

/** Point by point the largest; null where none has a value. */
export const mostOfSeries = (series: readonly Values[]) => combine(series, Math.max);

/** Points that may be missing at the end of a series before nothing is known any more. */
const PATIENCE = 5;

/** The latest value; null where the last points have none. */
export const latestOf = (values: Values): number | null =>
  values.slice(-PATIENCE).findLast((value) => value !== null) ?? null;

/** `part` of `whole` in percent, point by point; null without a whole. */
export const shareSeries = (part: Values, whole: Values): (number | null)[] =>
  whole.map((value, index) => (value === null || value === 0 ? null : ((part[index] ?? 0) / value) * 100));

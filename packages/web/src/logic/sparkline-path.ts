export interface SparklinePaths {
  readonly line: string;
  /** The area below the line. */
  readonly under: string;
}

/**
 * The path of a series, scaled so that 0 is the floor and the largest value the ceiling. Null leaves a hole.
 * A series of zeros, or one without a value, lies on the floor or draws nothing.
 */
export function sparklinePaths(
  values: readonly (number | null)[],
  width: number,
  height: number,
): SparklinePaths {
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const y = (value: number) => short(most === 0 ? height : height - (value / most) * height);
  let line = '';
  let under = '';
  let start: number | null = null;
  let end = 0;
  const close = () => {
    if (start !== null) under += `L${short(end)} ${height}L${short(start)} ${height}Z`;
    start = null;
  };
  for (const [index, value] of values.entries()) {
    if (value === null) {
      close();
      continue;
    }
    const x = index * step;
    const point = `${start === null ? 'M' : 'L'}${short(x)} ${y(value)}`;
    line += point;
    under += point;
    start ??= x;
    end = x;
  }
  close();
  return { line, under };
}

const short = (value: number) => Number(value.toFixed(1));

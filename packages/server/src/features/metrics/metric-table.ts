/** Columns of `metric_points`. */
export interface MetricPointTable {
  /** Seconds of the step: 10 or 60. */
  step: number;
  /** Number of the step since 1970: seconds divided by `step`. */
  at: number;
  /** JSON of `StoredPoint`. */
  point: string;
}

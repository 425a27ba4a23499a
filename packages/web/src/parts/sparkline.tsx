import { memo } from 'preact/compat';
import { sparklinePaths } from '../logic/sparkline-path.ts';

interface SparklineProps {
  readonly values: readonly (number | null)[];
  readonly tone?: 'bad';
  readonly width?: number;
  readonly height?: number;
}

/** The course of a figure, beside the figure: an ornament for the eye, silent for readers. */
export const Sparkline = memo(function Sparkline(props: SparklineProps) {
  const { values, tone, width = 72, height = 18 } = props;
  const { line, under } = sparklinePaths(values, width, height);
  return (
    <svg
      class={tone === undefined ? 'spark' : `spark ${tone}`}
      width={width}
      height={height}
      viewBox={`0 -1 ${width} ${height + 2}`}
      aria-hidden="true"
    >
      <path class="under" d={under} />
      <path d={line} />
    </svg>
  );
});

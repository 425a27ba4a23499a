import { useSignal } from '@preact/signals';
import type uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'preact/hooks';
import { colours } from '../frame/theme.ts';
import { latestOf } from '../logic/combine-series.ts';
import { formatBytes, formatMoment } from '../logic/format.ts';

export interface ChartSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** Which of the colours of series; the first when absent. */
  readonly colour?: 1 | 2 | 3 | 4;
}

interface ChartProps {
  readonly title: string;
  /** Seconds, as the points of every series. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly format: (value: number | null) => string;
  /** The scale reaches at least so far, so that noise does not look like a mountain. */
  readonly min?: number;
  /** What is said while there is no point. */
  readonly none?: string;
}

/** Until what draws is asked for again, where it could not be loaded. */
const RETRY_MS = 2_000;

/** Lines over time. The legend says the latest value of each, below the pointer the one of that moment. */
export function Chart({ title, times, series, format, min = 1, none = 'Nothing measured yet' }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const legend = useRef<HTMLUListElement>(null);
  const at = useSignal<number | null>(null);
  const missing = useSignal(false);
  const data = useRef<readonly (readonly (number | null)[])[]>([]);
  data.current = [times, ...series.map(({ values }) => fitted(values, times.length))];
  const empty = series.every(({ values }) => values.every((value) => value === null));
  const theme = colours.value;
  const names = series.map(({ name }) => name).join();

  useEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    let gone = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const watch = new ResizeObserver(() => {
      if (box.clientWidth > 0) plot.current?.setSize({ width: box.clientWidth, height: box.clientHeight });
    });
    const draw = async () => {
      const drawing = await import('./plot.ts').catch(() => null);
      if (gone) return;
      missing.value = drawing === null;
      if (drawing === null) {
        retry = setTimeout(() => void draw(), RETRY_MS);
        return;
      }
      const swatches = [...(legend.current?.querySelectorAll('i') ?? [])];
      const style = getComputedStyle(box);
      plot.current = drawing.makePlot(
        box,
        {
          colours: swatches.map((swatch) => getComputedStyle(swatch).color),
          grid: style.borderTopColor,
          text: style.color,
          font: `11px ${style.fontFamily}`,
          format: (value) => format(value),
          min,
          binary: format === formatBytes,
        },
        data.current,
        (index) => {
          at.value = index;
        },
      );
      watch.observe(box);
    };
    void draw();
    return () => {
      gone = true;
      clearTimeout(retry);
      watch.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [theme, names, min, format, at, missing]);

  useEffect(() => {
    plot.current?.setData(data.current as uPlot.AlignedData);
  });

  const moment = at.value === null ? undefined : times[at.value];
  return (
    <figure class="chart" data-chart={title}>
      <figcaption>
        <h3>{title}</h3>
        <ul class="legend" ref={legend}>
          {series.map(({ name, values, colour = 1 }) => (
            <li key={name}>
              <i class={`swatch-${colour}`} aria-hidden="true" />
              {name}{' '}
              <b>
                {format(
                  moment === undefined
                    ? latestOf(values)
                    : (fitted(values, times.length)[at.value ?? 0] ?? null),
                )}
              </b>
            </li>
          ))}
        </ul>
      </figcaption>
      <div class="plot" ref={element} role="img" aria-label={`${title} over time`}>
        {missing.value ? (
          <p class="none">What draws this could not be loaded; it is asked for again</p>
        ) : (
          empty && <p class="none">{none}</p>
        )}
      </div>
      <p class="at small faint num" aria-hidden="true">
        {moment === undefined ? '' : formatMoment(moment * 1000)}
      </p>
    </figure>
  );
}

/** A shorter series is younger: it ends where the others end. */
const fitted = (values: readonly (number | null)[], length: number): readonly (number | null)[] =>
  values.length === length
    ? values
    : [...Array.from({ length: Math.max(0, length - values.length) }, () => null), ...values.slice(-length)];

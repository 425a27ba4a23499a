import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface PlotLook {
  readonly colours: readonly string[];
  readonly grid: string;
  readonly text: string;
  readonly font: string;
  readonly format: (value: number) => string;
  readonly min: number;
}

/** Draws lines over time into an element, without a legend of its own; `onCursor` tells the point below the pointer. */
export function makePlot(
  element: HTMLElement,
  look: PlotLook,
  data: readonly (readonly (number | null)[])[],
  onCursor: (index: number | null) => void,
): uPlot {
  const axis = {
    stroke: look.text,
    font: look.font,
    grid: { stroke: look.grid, width: 1 },
    ticks: { show: false },
  };
  return new uPlot(
    {
      width: element.clientWidth,
      height: element.clientHeight,
      legend: { show: false },
      padding: [6, 8, 0, 0],
      cursor: {
        sync: { key: 'rig' },
        drag: { x: false, y: false },
        points: { size: 6 },
      },
      hooks: { setCursor: [({ cursor }) => onCursor(cursor.idx ?? null)] },
      scales: {
        x: { time: true },
        y: { range: (_, __, most) => [0, Math.max(look.min, (most ?? 0) * 1.1)] },
      },
      axes: [
        { ...axis, size: 22, gap: 4, space: 64, grid: { show: false } },
        {
          ...axis,
          size: 52,
          gap: 6,
          space: 30,
          values: (_, splits) => splits.map((value) => look.format(value)),
        },
      ],
      series: [
        {},
        ...look.colours.map((colour) => ({
          stroke: colour,
          width: 1.5,
          fill: look.colours.length === 1 ? `color-mix(in srgb, ${colour} 12%, transparent)` : undefined,
          points: { show: false },
          spanGaps: false,
        })),
      ],
    },
    data as uPlot.AlignedData,
    element,
  );
}

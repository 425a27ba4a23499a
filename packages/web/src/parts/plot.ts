import uPlot from 'uplot';

export interface PlotLook {
  readonly colours: readonly string[];
  readonly grid: string;
  readonly text: string;
  readonly font: string;
  readonly format: (value: number) => string;
  readonly min: number;
  /** Of bytes, so that the scale goes by powers of two. */
  readonly binary: boolean;
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
      padding: [6, 20, 0, 0],
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
        {
          ...axis,
          size: 22,
          gap: 4,
          space: 72,
          grid: { show: false },
          values: (_, splits, __, ___, step) => splits.map((seconds) => clock(seconds, step)),
        },
        {
          ...axis,
          size: 52,
          gap: 6,
          space: 30,
          ...(look.binary ? { incrs: POWERS } : {}),
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

const POWERS = Array.from({ length: 45 }, (_, power) => 2 ** power);

const two = (value: number) => String(value).padStart(2, '0');

/** Seconds only where points of one minute are told apart. */
function clock(seconds: number, step: number): string {
  const at = new Date(seconds * 1000);
  const minutes = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return step < 60 ? `${minutes}:${two(at.getSeconds())}` : minutes;
}

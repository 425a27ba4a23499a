import { sanitise } from '@rig-ops/contract/sanitise';
import { styleSequence, textWidth, truncate } from './text-width.ts';

export interface TableColumn {
  key: string;
  header: string;
  align?: 'right';
  /** Key of the rows' field that --sort goes by where what is shown does not sort, as `5 min ago`. */
  sortBy?: string;
  /** Where the terminal is too narrow, every other column is cut before this one. */
  keep?: boolean;
}

/** No line is drawn anywhere: columns are told apart by space, as `cut`, `awk` and people can read them. */
const GAP = 2;
/** A text within one pair of styles. */
const styled = new RegExp(`^(${styleSequence.source})(.*)(${styleSequence.source})$`, 's');

/**
 * Lays out rows as lines of aligned columns, two spaces apart. Where `width` is too small the widest
 * columns are cut. A missing value shows as `-`. Values may carry styles; other control sequences are
 * made visible.
 */
export function layOutTable(
  rows: readonly Record<string, unknown>[],
  columns: readonly TableColumn[],
  { width = Number.POSITIVE_INFINITY, header = (text: string) => text } = {},
): string[] {
  const titles = columns.map((column) => column.header);
  const cells = rows.map((row) => columns.map(({ key }) => cellText(row[key])));
  const widths = fitWidths([titles, ...cells], columns, width);
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => fill(text, widths[index] ?? 0, columns[index]?.align))
      .join(' '.repeat(GAP))
      .trimEnd();
  return [line(titles.map(header)), ...cells.map(line)];
}

function fill(text: string, width: number, align: TableColumn['align']): string {
  const missing = width - textWidth(text);
  if (missing < 0) return fill(cut(text, width), width, align);
  return align === 'right' ? ' '.repeat(missing) + text : text + ' '.repeat(missing);
}

function cut(text: string, width: number): string {
  const [, on = '', inner = text, off = ''] = styled.exec(text) ?? [];
  return on + truncate(inner, width) + off;
}

/** Widths of the columns, cut where they do not fit. */
function fitWidths(lines: readonly string[][], columns: readonly TableColumn[], width: number): number[] {
  const fitted = columns.map((_, index) => Math.max(...lines.map((line) => textWidth(line[index] ?? ''))));
  const available = width - GAP * (fitted.length - 1);
  fitColumns(fitted, available, (index) => columns[index]?.keep !== true);
  fitColumns(fitted, available, () => true);
  return fitted;
}

function cellText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Styles are ours; they are put back around what lies between them.
  const between = text.split(styleSequence).map((part) => sanitise(part).replaceAll('\t', ' '));
  const marks = text.match(styleSequence) ?? [];
  return between.map((part, index) => part + (marks[index] ?? '')).join('');
}

/** Takes columns away where they hurt least: from the widest of those that may be cut. */
function fitColumns(widths: number[], available: number, mayCut: (index: number) => boolean): void {
  const least = 6;
  for (let excess = sum(widths) - available; excess > 0; excess = sum(widths) - available) {
    const open = widths.filter((_, index) => mayCut(index));
    const widest = Math.max(0, ...open);
    if (widest <= least) return;
    const second = Math.max(least, ...open.filter((width) => width < widest));
    const count = open.filter((width) => width === widest).length;
    const cut = Math.max(1, Math.min(widest - second, Math.ceil(excess / count)));
    for (const [index, width] of widths.entries())
      if (width === widest && mayCut(index)) widths[index] = width - cut;
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

import Table from 'cli-table3';
import { sanitise } from '@rig-ops/contract/sanitise';
import { styleSequence, textWidth } from './text-width.ts';

export interface TableColumn {
  key: string;
  header: string;
  align?: 'right';
  /** Key of the rows' field that --sort goes by where what is shown does not sort, as `5 min ago`. */
  sortBy?: string;
  /** Where the terminal is too narrow, every other column is cut before this one. */
  keep?: boolean;
}

const GAP = 2;
/** No line is drawn anywhere: columns are told apart by space, as `cut`, `awk` and people can read them. */
const edges =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle';
const chars = Object.fromEntries(edges.split(' ').map((name) => [name, '']));

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
  const cells = rows.map((row) => columns.map(({ key }) => cellText(row[key])));
  const titles = columns.map((column) => column.header);
  const table = new Table({
    chars,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    colAligns: columns.map(({ align }) => align ?? 'left'),
    colWidths: cutWidths([titles, ...cells], columns, width),
    head: titles.map(header),
  });
  table.push(...cells);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** Widths, gap included, of the columns that are to be cut; null for those that are as wide as they like. */
function cutWidths(
  lines: readonly string[][],
  columns: readonly TableColumn[],
  width: number,
): (number | null)[] {
  const natural = columns.map((_, index) => Math.max(...lines.map((line) => textWidth(line[index] ?? ''))));
  const fitted = [...natural];
  const available = width - GAP * (fitted.length - 1);
  fitColumns(fitted, available, (index) => columns[index]?.keep !== true);
  fitColumns(fitted, available, () => true);
  return fitted.map((cut, index) => (cut === natural[index] ? null : cut + GAP));
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

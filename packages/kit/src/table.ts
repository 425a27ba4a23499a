import { sanitise } from './sanitise.ts';

export interface TableColumn {
  key: string;
  header: string;
  align?: 'right';
}

const escape = '\u001B';
const styleSequence = new RegExp(`${escape}\\[[0-9;]*m`, 'g');
/** East Asian Wide and Fullwidth blocks and emoji (Unicode Standard Annex 11), to the precision a table needs. */
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]/u;
const plain = /^[\u0020-\u007E]*$/;
let segmenter: Intl.Segmenter | undefined;

/** The segmenter is made on use: what it loads takes a quarter as long as the start of Node. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
}

export function stripStyles(text: string): string {
  return text.replace(styleSequence, '');
}

/** Columns a text takes in a terminal; styles take none. */
export function textWidth(text: string): number {
  const bare = stripStyles(text);
  if (plain.test(bare)) return bare.length;
  let width = 0;
  for (const { segment } of graphemesOf(bare)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (zeroWidth.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

/** Cuts text to a number of columns, with an ellipsis where something was cut; a cut text loses its styles. */
export function truncate(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let width = 0;
  let kept = '';
  for (const { segment } of graphemesOf(stripStyles(text))) {
    width += graphemeWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

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
  const widths = columns.map(({ header: title }, index) =>
    Math.max(textWidth(title), ...cells.map((line) => textWidth(line[index] ?? ''))),
  );
  fitColumns(widths, width - 2 * (columns.length - 1));
  const layOut = (line: string[], style = (text: string) => text) =>
    columns
      .map(({ align }, index) => {
        const space = widths[index] ?? 0;
        const text = truncate(line[index] ?? '', space);
        const padding = ' '.repeat(Math.max(0, space - textWidth(text)));
        return align === 'right' ? padding + style(text) : style(text) + padding;
      })
      .join('  ')
      .trimEnd();
  const titles = columns.map(({ header: title }) => title);
  return [layOut(titles, header), ...cells.map((line) => layOut(line))];
}

function cellText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Styles are ours; they are put back around what lies between them.
  const between = text.split(styleSequence).map((part) => sanitise(part).replaceAll('\t', ' '));
  const marks = text.match(styleSequence) ?? [];
  return between.map((part, index) => part + (marks[index] ?? '')).join('');
}

function fitColumns(widths: number[], available: number): void {
  const least = 6;
  for (let excess = sum(widths) - available; excess > 0; excess = sum(widths) - available) {
    const widest = Math.max(...widths);
    if (widest <= least) return;
    const second = Math.max(least, ...widths.filter((width) => width < widest));
    const count = widths.filter((width) => width === widest).length;
    const cut = Math.max(1, Math.min(widest - second, Math.ceil(excess / count)));
    for (const [index, width] of widths.entries()) if (width === widest) widths[index] = width - cut;
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

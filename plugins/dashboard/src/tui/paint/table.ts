import { type ColumnNeed, fitColumns } from '../../logic/dashboard/fit-columns.ts';
import { fit, type Look, type Tone } from './look.ts';

interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

/** A column: how wide, and what of a row. */
export interface Column<R> extends ColumnNeed {
  readonly key: string;
  readonly header: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: R, width: number) => Cell;
}

export interface TableView<R> {
  readonly rows: readonly R[];
  readonly columns: readonly Column<R>[];
  readonly keyOf: (row: R) => string;
  readonly selected: string | null;
  readonly top: number;
  readonly height: number;
  readonly width: number;
  /** Key of the column it is sorted by, and which way. */
  readonly sorted?: { readonly key: string; readonly descending: boolean };
}

export interface Painted {
  readonly lines: string[];
  /** By line: the key of the row that stands there. */
  readonly hits: ReadonlyMap<number, string>;
}

/** A heading and the rows that have room, each as wide as the screen; the chosen one is reversed. */
export function paintTable<R>(view: TableView<R>, look: Look): Painted {
  const { rows, keyOf, selected, top, height, width, sorted } = view;
  const columns = fitColumns(view.columns, width - 2);
  const headings = columns.map(({ key, header, align, width: wide }) => {
    const mark = sorted?.key === key ? look.sign(sorted.descending ? '▼' : '▲') : '';
    return fit(mark === '' || header.length >= wide ? header : header + mark, wide, align);
  });
  const lines = [look.paint('dim', fit(` ${headings.join('  ')}`, width))];
  const hits = new Map<number, string>();
  const shown = rows.slice(top, top + height);
  const keys = shown.map(keyOf);
  const chosen = selected !== null && keys.includes(selected) ? selected : (keys[0] ?? null);
  for (const [index, row] of shown.entries()) {
    const isChosen = keys[index] === chosen;
    const cells = columns.map((column) => {
      const { text, tone = 'plain' } = column.cell(row, column.width);
      const fitted = fit(text, column.width, column.align);
      return isChosen ? fitted : look.paint(tone, fitted);
    });
    const used = columns.reduce((sum, column) => sum + column.width + 2, 0) - 1;
    const whole = ` ${cells.join('  ')}${' '.repeat(Math.max(0, width - used))}`;
    hits.set(lines.length, keys[index] ?? '');
    lines.push(isChosen ? look.paint('chosen', whole) : whole);
  }
  return { lines, hits };
}

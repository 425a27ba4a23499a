import { RigError } from '@rig-ops/contract/errors';
import type { TableColumn } from './table.ts';
import { stripStyles } from './text-width.ts';

/** What a user wants to see of a table. */
export interface TableView {
  /** Names of columns, in the order they are shown; undefined for all. */
  columns?: readonly string[] | undefined;
  /** Names of columns; `-` in front for the other way round. */
  sort?: readonly string[] | undefined;
  /** `column=text` or `column!=text`; all of them have to hold. */
  filter?: readonly string[] | undefined;
}

type Row = Record<string, unknown>;

/** Selects, orders and filters what a table shows. Throws `usage`, with the columns there are, for one it does not have. */
export function applyView(
  rows: readonly Row[],
  columns: readonly TableColumn[],
  { columns: wanted, sort = [], filter = [] }: TableView,
): { rows: Row[]; columns: TableColumn[] } {
  const find = (name: string) => findColumn(columns, name);
  // It is not cheap to make.
  const collator =
    sort.length === 0 ? undefined : new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  const tests = filter.map((text) => readFilter(text, find));
  const orders = sort.map((name) => {
    const descending = name.startsWith('-');
    const { key, sortBy = key } = find(descending ? name.slice(1) : name);
    return (a: Row, b: Row) => compare(a[sortBy], b[sortBy], { descending, collator });
  });
  return {
    columns: wanted === undefined ? [...columns] : wanted.map(find),
    rows: rows
      .filter((row) => tests.every((test) => test(row)))
      .toSorted((a, b) => orders.reduce((order, byColumn) => (order === 0 ? byColumn(a, b) : order), 0)),
  };
}

/** Columns go by what stands above them, in any case, or by their key. */
function nameOf({ key, header }: TableColumn): string {
  const shown = header.trim().toLowerCase().replaceAll(/\s+/g, '-');
  return shown === '' ? key : shown;
}

function findColumn(columns: readonly TableColumn[], name: string): TableColumn {
  const asked = name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
  const found =
    columns.find((column) => nameOf(column) === asked) ??
    columns.find(({ key }) => key.toLowerCase() === asked);
  if (found !== undefined) return found;
  const names = columns.map(nameOf);
  throw new RigError('usage', `There is no column "${name}"; there are: ${names.join(', ')}.`, {
    hint: 'Name them with commas in between, as in --columns ' + names.slice(0, 2).join(',') + '.',
    details: { columns: names },
  });
}

function readFilter(text: string, find: (name: string) => TableColumn): (row: Row) => boolean {
  const match = /^([^=!]+)(!?=)(.*)$/su.exec(text);
  if (match === null) {
    throw new RigError('usage', `--filter "${text}" is not COLUMN=TEXT.`, {
      hint: 'For example --filter status=running, or --filter status!=running.',
    });
  }
  const [, name = '', sign, wanted = ''] = match;
  const { key } = find(name);
  return (row) => textOf(row[key]).toLowerCase().includes(wanted.toLowerCase()) === (sign === '=');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? stripStyles(value) : JSON.stringify(value);
}

/** What is missing comes last either way. */
function compare(
  a: unknown,
  b: unknown,
  { descending, collator }: { descending: boolean; collator: Intl.Collator | undefined },
): number {
  const direction = descending ? -1 : 1;
  const missing = Number(textOf(a) === '') - Number(textOf(b) === '');
  if (missing !== 0) return missing;
  if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
  return direction * (collator?.compare(textOf(a), textOf(b)) ?? 0);
}

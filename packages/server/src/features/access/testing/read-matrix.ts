import { readFileSync } from 'node:fs';

export type Column = 'anonymous' | 'no role' | 'viewer' | 'deployer' | 'operator' | 'admin';

export interface MatrixRow {
  /** As `GET /v1/apps` or `channel logs`. */
  readonly name: string;
  readonly verb: string;
  readonly on: string;
  readonly allowed: Readonly<Record<Column, boolean>>;
}

const page = readFileSync(new URL('../../../../../../docs/access.md', import.meta.url), 'utf8');

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim().replaceAll('`', ''));

/** Rows of the table whose first header is `first`, as cells by header. */
function tableOf(first: string): Record<string, string>[] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${first} |`));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  const headers = cellsOf(lines[start] ?? '');
  return lines
    .slice(start + 2, end)
    .map((line) => Object.fromEntries(cellsOf(line).map((cell, index) => [headers[index] ?? '', cell])));
}

const COLUMNS: readonly Column[] = ['anonymous', 'no role', 'viewer', 'deployer', 'operator', 'admin'];

/** The matrix of `docs/access.md`. */
export const readMatrix = (): MatrixRow[] =>
  tableOf('route or channel').map((row) => ({
    name: row['route or channel'] ?? '',
    verb: row.verb ?? '',
    on: row.on ?? '',
    allowed: Object.fromEntries(COLUMNS.map((column) => [column, row[column] === 'yes'])) as Record<
      Column,
      boolean
    >,
  }));

/** What the page says of each verb. */
export const readVerbs = (): { verb: string; allows: string; roles: string[] }[] =>
  tableOf('verb').map(({ verb = '', allows = '', ...roles }) => ({
    verb,
    allows,
    roles: Object.keys(roles).filter((role) => roles[role] === 'yes'),
  }));

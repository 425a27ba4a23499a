import { Flags } from '@oclif/core';
import { RigError } from '@rig-ops/contract/errors';
import type { TableView } from './table-view.ts';

const list = (text: string) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Flags of a command that prints a table; `this.ui.table` does what they say. */
export const tableFlags = {
  columns: Flags.string({
    helpGroup: 'TABLE',
    helpValue: 'NAME,…',
    description: 'Show these columns only, in this order.',
  }),
  sort: Flags.string({
    helpGroup: 'TABLE',
    helpValue: 'NAME,…',
    description: 'Sort by these columns; -NAME is the other way round.',
  }),
  filter: Flags.string({
    helpGroup: 'TABLE',
    helpValue: 'NAME=TEXT',
    multiple: true,
    multipleNonGreedy: true,
    description: 'Show rows whose column holds the text, or with NAME!=TEXT those whose does not.',
  }),
};

/**
 * What parsed flags say about tables; undefined where the command does not have {@link tableFlags} or
 * nothing was asked. Throws `usage` in machine formats, which show no table.
 */
export function readTableView(
  defined: object | undefined,
  given: Record<string, unknown>,
  machine: boolean,
): TableView | undefined {
  // A command may have a flag of that name which means something else.
  const own = (name: keyof typeof tableFlags) =>
    (defined as Record<string, unknown> | undefined)?.[name] === tableFlags[name] ? given[name] : undefined;
  const [columns, sort, filter] = [own('columns'), own('sort'), own('filter')];
  if (columns === undefined && sort === undefined && filter === undefined) return undefined;
  if (machine) {
    throw new RigError(
      'usage',
      '--columns, --sort and --filter are about the table, which is not shown here.',
      {
        hint: 'Use --query to select of the document, as in --query "apps[?status==\'running\'].name".',
      },
    );
  }
  return {
    columns: typeof columns === 'string' ? list(columns) : undefined,
    sort: typeof sort === 'string' ? list(sort) : undefined,
    filter: Array.isArray(filter) ? filter.map(String) : undefined,
  };
}

import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { memo } from 'preact/compat';
import { hasWords, type SortOrder, sortRows, type SortValue } from '../logic/sort-rows.ts';
import { Icon } from './icon.tsx';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: T) => ComponentChildren;
  /** What it is sorted by; without it the column cannot be. */
  readonly sort?: (row: T) => SortValue;
  /** Figures stand at the right and are sorted downwards first. */
  readonly figure?: boolean;
  /** 2 goes where there is little room (a phone), 3 sooner (a small window); 1 always stays. */
  readonly priority?: 1 | 2 | 3;
}

interface DataTableProps<T> {
  /** What it is a table of, for readers. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string | number;
  /** What a filter looks for in a row; without it there is no field for one. */
  readonly textOf?: (row: T) => string;
  readonly first?: SortOrder;
  /** Where there is no row at all. */
  readonly empty?: ComponentChildren;
  /** Beside the field of the filter. */
  readonly tools?: ComponentChildren;
  readonly heading?: ComponentChildren;
}

/** Rows that can be sorted and filtered. Every column header that sorts is a button; the order is told to readers. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, columns, rows, keyOf, textOf, first, empty, tools, heading } = props;
  const order = useSignal<SortOrder | null>(first ?? null);
  const filter = useSignal('');
  const by = columns.find((column) => column.key === order.value?.key)?.sort;
  const found =
    filter.value.trim() === '' || textOf === undefined
      ? rows
      : rows.filter((row) => hasWords(textOf(row), filter.value));
  const shown = by === undefined ? found : sortRows(found, by, order.value?.down ?? false);

  return (
    <section class="card" aria-label={label}>
      {(heading !== undefined || textOf !== undefined || tools !== undefined) && (
        <header>
          {heading}
          <div class="table-tools">
            {textOf !== undefined && (
              <label class="search">
                <Icon name="search" size={14} />
                <span class="hidden-text">Filter {label.toLowerCase()}</span>
                <input
                  class="input"
                  type="search"
                  placeholder="Filter"
                  value={filter.value}
                  onInput={(event) => {
                    filter.value = event.currentTarget.value;
                  }}
                  onKeyDown={(event) => {
                    if (event.key === 'Escape') filter.value = '';
                  }}
                />
              </label>
            )}
            {tools}
          </div>
        </header>
      )}
      {rows.length === 0 && empty !== undefined ? (
        empty
      ) : (
        <div class="table-scroll">
          <table class="table">
            <caption class="hidden-text">{label}</caption>
            <thead>
              <tr>
                {columns.map((column) => (
                  <Header
                    key={column.key}
                    column={column}
                    order={order.value}
                    onSort={(next) => (order.value = next)}
                  />
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <Row key={keyOf(row)} row={row} columns={columns as readonly Column<unknown>[]} />
              ))}
            </tbody>
          </table>
          {shown.length === 0 && (
            <p class="empty" role="status">
              Nothing here has “{filter.value.trim()}”.
            </p>
          )}
        </div>
      )}
    </section>
  );
}

/** Drawn again only when its row is another: what has not changed keeps its identity (`data/reuse.ts`). */
const Row = memo(function Row({ row, columns }: { row: unknown; columns: readonly Column<unknown>[] }) {
  return (
    <tr>
      {columns.map((column) => (
        <td key={column.key} class={classOf(column)}>
          {column.render(row)}
        </td>
      ))}
    </tr>
  );
});

interface HeaderProps<T> {
  readonly column: Column<T>;
  readonly order: SortOrder | null;
  readonly onSort: (order: SortOrder) => void;
}

function Header<T>({ column, order, onSort }: HeaderProps<T>): JSX.Element {
  const down = order?.key === column.key ? order.down : null;
  const sorted = down === null ? undefined : down ? 'descending' : 'ascending';
  return (
    <th scope="col" class={classOf(column)} aria-sort={sorted}>
      {column.sort === undefined ? (
        <span>{column.title}</span>
      ) : (
        <button
          type="button"
          onClick={() => onSort({ key: column.key, down: down === null ? column.figure === true : !down })}
        >
          {column.title}
          {down !== null && <Icon name={down ? 'down' : 'up'} size={12} />}
        </button>
      )}
    </th>
  );
}

const classOf = <T,>({ figure, priority }: Column<T>) =>
  [figure === true && 'right', priority !== undefined && `p${priority}`].filter(Boolean).join(' ') ||
  undefined;

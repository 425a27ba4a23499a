export interface SortOrder {
  readonly key: string;
  readonly down: boolean;
}

/** What a row is sorted by: text as people sort it (`web.2` before `web.10`), what is not known last. */
export type SortValue = string | number | null;

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Rows in an order; equal ones stay as they were. */
export function sortRows<T>(rows: readonly T[], valueOf: (row: T) => SortValue, down: boolean): T[] {
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .toSorted((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      const order =
        typeof a.value === 'number' && typeof b.value === 'number'
          ? a.value - b.value
          : words.compare(String(a.value), String(b.value));
      return down ? -order : order;
    })
    .map(({ row }) => row);
}

/** Whether a row has every word that is looked for, in whatever order and case. */
export function hasWords(text: string, filter: string): boolean {
  const within = text.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => within.includes(word));
}

/** Whether a row has every word of the filter in one of its texts, whatever the case; `!word` must be in none. */
export function matchesFilter(texts: readonly (string | null)[], filter: string): boolean {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '!');
  if (words.length === 0) return true;
  const all = texts.map((text) => (text ?? '').toLowerCase());
  return words.every((word) =>
    word.startsWith('!')
      ? all.every((text) => !text.includes(word.slice(1)))
      : all.some((text) => text.includes(word)),
  );
}

export type Sortable = string | number | null;

/** Rows by a value of theirs, those without one last in either direction; equal ones stay as they were. */
export function sortRows<R>(rows: readonly R[], valueOf: (row: R) => Sortable, descending: boolean): R[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((left, right) => {
    const [a, b] = [valueOf(left), valueOf(right)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (a === b) return 0;
    return a < b ? -sign : sign;
  });
}

/** What a column needs. */
export interface ColumnNeed {
  /** The least that is of use. */
  readonly width: number;
  /** The most that is of use; `width` when absent. */
  readonly most?: number;
  /** Lower ones go first where there is no room. */
  readonly priority: number;
}

export type Fitted<C extends ColumnNeed> = C & { readonly width: number };

const GAP = 2;

/**
 * Which columns have room beside each other, in their order, with two columns of space between them: the most
 * important first, then what is left is shared out evenly.
 */
export function fitColumns<C extends ColumnNeed>(columns: readonly C[], width: number): Fitted<C>[] {
  const chosen = new Set<C>();
  let used = -GAP;
  for (const column of columns.toSorted((left, right) => right.priority - left.priority)) {
    if (used + GAP + column.width > width && chosen.size > 0) continue;
    chosen.add(column);
    used += GAP + column.width;
  }
  const extra = shareOut(
    [...chosen].toSorted((left, right) => right.priority - left.priority),
    Math.max(0, width - used),
  );
  return columns
    .filter((column) => chosen.has(column))
    .map((column) => ({ ...column, width: column.width + (extra.get(column) ?? 0) }));
}

/** One column of the screen each in turn, as long as there are any and somebody has use for them. */
function shareOut<C extends ColumnNeed>(columns: readonly C[], room: number): Map<C, number> {
  const extra = new Map<C, number>();
  let left = room;
  for (let given = true; given && left > 0; ) {
    given = false;
    for (const column of columns) {
      const has = extra.get(column) ?? 0;
      if (left === 0 || column.width + has >= (column.most ?? column.width)) continue;
      extra.set(column, has + 1);
      left -= 1;
      given = true;
    }
  }
  return extra;
}

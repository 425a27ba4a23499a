import { type Kysely, sql } from 'kysely';
import type { CopiedTable } from './table-list.ts';

/** A database whose tables are known at run time only. */
export type AnyTables = Record<string, Record<string, unknown>>;
export type Row = Record<string, unknown>;

/** Some rows are large: a pack has the list of its chunks. */
const ROWS_AT_ONCE = 200;

/** All rows of a table, some at a time; what changes meanwhile may be among them or not. */
export async function* readRows(
  db: Kysely<AnyTables>,
  { name, columns, key }: CopiedTable,
): AsyncGenerator<Row[]> {
  if (key.length === 0) {
    const rows = await db
      .selectFrom(name)
      .select([...columns])
      .execute();
    if (rows.length > 0) yield rows;
    return;
  }
  for (let last: Row | undefined; ; ) {
    let query = db
      .selectFrom(name)
      .select([...columns])
      .limit(ROWS_AT_ONCE);
    for (const column of key) query = query.orderBy(column);
    if (last !== undefined) {
      const after = last;
      const values = key.map((column) => sql`${after[column]}`);
      query = query.where(
        sql<boolean>`(${sql.join(key.map((column) => sql.ref(column)))}) > (${sql.join(values)})`,
      );
    }
    const rows: Row[] = await query.execute();
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_AT_ONCE) return;
    last = rows.at(-1);
  }
}

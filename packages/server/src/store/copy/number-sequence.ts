import { type Kysely, sql } from 'kysely';
import { isPostgres } from '../dialect.ts';
import type { AnyTables } from './read-rows.ts';

/** The highest number that a table has given, also to rows that are gone; 0 for none. */
export async function lastNumber(db: Kysely<AnyTables>, table: string, column: string): Promise<number> {
  if (!isPostgres(db)) {
    const { rows } = await sql<{
      seq: number;
    }>`select seq from sqlite_sequence where name = ${table}`.execute(db);
    return rows[0]?.seq ?? 0;
  }
  const { rows: found } = await sql<{ sequence: string }>`
    select pg_get_serial_sequence(${table}, ${column}) as sequence`.execute(db);
  const { rows } = await sql<{ last: number; called: boolean }>`
    select last_value as last, is_called as called from ${sql.raw(found[0]?.sequence ?? '')}`.execute(db);
  return rows[0]?.called === true ? rows[0].last : 0;
}

/** The next number that a table gives is a higher one. */
export async function goOnBehind(
  db: Kysely<AnyTables>,
  table: string,
  column: string,
  number: number,
): Promise<void> {
  if (number === 0) return;
  if (isPostgres(db)) {
    await sql`select setval(pg_get_serial_sequence(${table}, ${column}), ${number})`.execute(db);
    return;
  }
  await sql`delete from sqlite_sequence where name = ${table}`.execute(db);
  await sql`insert into sqlite_sequence (name, seq) values (${table}, ${number})`.execute(db);
}

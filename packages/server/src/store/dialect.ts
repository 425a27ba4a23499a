import { type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely';

type Handle = Pick<Kysely<never>, 'getExecutor'>;

/** Whether a handle leads to PostgreSQL; otherwise to SQLite. */
export const isPostgres = (db: Handle): boolean => db.getExecutor().adapter instanceof PostgresAdapter;

/** A list as one parameter, for `in`: it may be longer than a statement may have parameters. */
export const rowsOf = (db: Handle, values: Iterable<string>): RawBuilder<unknown> =>
  isPostgres(db)
    ? sql`(select unnest(${[...values]}::text[]))`
    : sql`(select value from json_each(${JSON.stringify([...values])}))`;

/** The texts of a column that holds a JSON array, one in a row, as `name.value`. */
export const elementsOf = (db: Handle, column: string, name: string): RawBuilder<unknown> =>
  isPostgres(db)
    ? sql`json_array_elements_text(${sql.ref(column)}::json) as ${sql.id(name)}(value)`
    : sql`json_each(${sql.ref(column)}) as ${sql.id(name)}`;

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteDatabase } from 'kysely';

/** Kysely's own statements recur; preparing one costs several times what running it does. */
const PREPARED_STATEMENTS = 200;

const toInput = (value: unknown): SQLInputValue => {
  // node:sqlite knows neither booleans nor undefined.
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value as SQLInputValue;
};

/** Shows Node's SQLite to Kysely, which expects the shape of better-sqlite3. */
export function adaptSqlite(sqlite: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = sqlite.prepare(sql);
    const oldest = prepared.size >= PREPARED_STATEMENTS ? prepared.keys().next().value : undefined;
    if (oldest !== undefined) prepared.delete(oldest);
    prepared.set(sql, statement);
    return statement;
  };
  return {
    close: () => sqlite.close(),
    prepare(sql) {
      const statement = prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters.map(toInput)),
        run: (parameters) =>
          // Out of space, SQLite has rolled back by itself (https://sqlite.org/lang_transaction.html); a
          // second rollback would fail and hide why there had to be one.
          sql === 'rollback' && !sqlite.isTransaction
            ? { changes: 0, lastInsertRowid: 0 }
            : statement.run(...parameters.map(toInput)),
        // A cached statement could be run again while it is being iterated.
        iterate: (parameters) => sqlite.prepare(sql).iterate(...parameters.map(toInput)),
      };
    },
  };
}

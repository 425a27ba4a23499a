import { Kysely, sql, SqliteDialect } from 'kysely';
import { adaptSqlite } from '../adapt-sqlite.ts';
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { migrations } from '../migrations.ts';
import { openSqlite } from '../open-sqlite.ts';

/** A table as far as copying it needs to know. */
export interface CopiedTable {
  readonly name: string;
  /** Without those that are computed from others. */
  readonly columns: readonly string[];
  /** Its primary key, in order; empty where it has none. */
  readonly key: readonly string[];
  /** Column whose numbers are given once, also when the newest row is gone. */
  readonly numbered: string | null;
  /** How many rows the migrations make. */
  readonly born: number;
}

interface ColumnRow {
  table: string;
  definition: string;
  column: string;
  key: number;
  hidden: number;
}

/**
 * Every table of rigd, those that others refer to first. An empty SQLite database tells, since both kinds of databases
 * are made by the same migrations.
 */
export async function listTables(): Promise<CopiedTable[]> {
  const db = new Kysely<Database>({
    dialect: new SqliteDialect({ database: adaptSqlite(openSqlite(':memory:')) }),
  });
  try {
    await migrate(db, ':memory:', migrations);
    const { rows: columns } = await sql<ColumnRow>`
      select m.name as "table", m.sql as definition, c.name as "column", c.pk as key, c.hidden as hidden
      from sqlite_master m, pragma_table_xinfo(m.name) c
      where m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\' order by m.name, c.cid`.execute(db);
    const { rows: references } = await sql<{ from: string; to: string }>`
      select m.name as "from", f."table" as "to" from sqlite_master m, pragma_foreign_key_list(m.name) f
      where m.type = 'table' and m.name <> f."table"`.execute(db);
    const tables: CopiedTable[] = [];
    for (const [name, own] of Map.groupBy(columns, ({ table }) => table)) {
      const { rows } = await sql<{ born: number }>`select count(*) as born from ${sql.table(name)}`.execute(
        db,
      );
      const key = own.filter((one) => one.key > 0).toSorted((a, b) => a.key - b.key);
      const counts = /\bautoincrement\b/i.test(own[0]?.definition ?? '');
      tables.push({
        name,
        columns: own.filter(({ hidden }) => hidden === 0).map(({ column }) => column),
        key: key.map(({ column }) => column),
        numbered: counts ? (key[0]?.column ?? null) : null,
        born: rows[0]?.born ?? 0,
      });
    }
    return inOrder(tables, references);
  } finally {
    await db.destroy();
  }
}

function inOrder(
  tables: readonly CopiedTable[],
  references: readonly { from: string; to: string }[],
): CopiedTable[] {
  const ordered: CopiedTable[] = [];
  const left = new Map(tables.map((table) => [table.name, table]));
  while (left.size > 0) {
    const free = [...left.values()].filter(
      ({ name }) => !references.some(({ from, to }) => from === name && left.has(to)),
    );
    if (free.length === 0) throw new Error(`tables refer to one another: ${[...left.keys()].join(', ')}`);
    for (const table of free) left.delete(table.name);
    ordered.push(...free);
  }
  return ordered;
}

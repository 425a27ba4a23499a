import { RigError } from '@rig-ops/contract/errors';
import type { Kysely } from 'kysely';
import type { Database } from '../database.ts';
import { writeSetting } from '../settings.ts';
import { toStoreError } from '../store-error.ts';
import { goOnBehind, lastNumber } from './number-sequence.ts';
import { type AnyTables, readRows, type Row } from './read-rows.ts';
import { RowDigest } from './row-digest.ts';
import { type CopiedTable, listTables } from './table-list.ts';

/** SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535. */
const PARAMETERS = 30_000;

export interface CopyProgress {
  readonly table: string;
  /** Of all tables together. */
  readonly done: number;
  readonly total: number;
}

export interface CopyOptions {
  /** How messages name the target. */
  readonly to: string;
  /** Kept in the target: see `checkDatabaseIsOurs`. */
  readonly mark: string;
  /** Whether what the target holds may go: a copy that nobody has begun with. */
  readonly replaces: boolean;
  readonly onProgress: (progress: CopyProgress) => void;
}

/**
 * Copies all rows of one database into another of the same schema, in one transaction, and compares both before it ends:
 * afterwards the target holds all of it, or what it held before.
 * @returns tables and their rows
 * @throws RigError `database_unusable` for a target that is not empty, `disk_full`, `invalid_input` for a text that
 * PostgreSQL cannot keep
 */
export async function copyState(
  source: Kysely<Database>,
  target: Kysely<Database>,
  { to, mark, replaces, onProgress }: CopyOptions,
): Promise<{ name: string; rows: number }[]> {
  const from = source as unknown as Kysely<AnyTables>;
  const tables = await listTables();
  const total = await countAll(from, tables);
  try {
    return await target.transaction().execute(async (transaction) => {
      const into = transaction as unknown as Kysely<AnyTables>;
      if (!replaces) await requireEmpty(into, tables, to);
      for (const { name } of tables.toReversed()) await into.deleteFrom(name).execute();
      const copied: { name: string; rows: number }[] = [];
      const digests = new Map<string, RowDigest>();
      let done = 0;
      for (const table of tables) {
        const digest = new RowDigest();
        digests.set(table.name, digest);
        for await (const rows of readRows(from, table)) {
          for (const row of rows) digest.add(row, table.columns);
          await insert(into, table, rows);
          done += rows.length;
          onProgress({ table: table.name, done, total });
        }
        copied.push({ name: table.name, rows: digest.rows });
        const { numbered } = table;
        if (numbered !== null)
          await goOnBehind(into, table.name, numbered, await lastNumber(from, table.name, numbered));
      }
      for (const table of tables) {
        const digest = new RowDigest();
        for await (const rows of readRows(into, table))
          for (const row of rows) digest.add(row, table.columns);
        const wanted = digests.get(table.name);
        if (wanted === undefined || !digest.equals(wanted)) throw differs(to, table.name, digest, wanted);
      }
      await writeSetting(transaction, 'database_copy', mark);
      return copied;
    });
  } catch (error) {
    throw toStoreError(error, to);
  }
}

async function insert(db: Kysely<AnyTables>, { name, columns }: CopiedTable, rows: Row[]): Promise<void> {
  const atOnce = Math.max(1, Math.floor(PARAMETERS / columns.length));
  for (let at = 0; at < rows.length; at += atOnce) {
    await db
      .insertInto(name)
      .values(rows.slice(at, at + atOnce))
      .execute();
  }
}

async function count(db: Kysely<AnyTables>, table: string): Promise<number> {
  const { rows } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return rows;
}

async function countAll(db: Kysely<AnyTables>, tables: readonly CopiedTable[]): Promise<number> {
  let total = 0;
  for (const { name } of tables) total += await count(db, name);
  return total;
}

async function requireEmpty(
  db: Kysely<AnyTables>,
  tables: readonly CopiedTable[],
  to: string,
): Promise<void> {
  for (const { name, born } of tables) {
    if ((await count(db, name)) === born) continue;
    throw new RigError('database_unusable', `The database ${to} is not empty: there are rows in ${name}.`, {
      hint: 'Make an empty one: `createdb --encoding UTF8 --template template0 NAME`.',
    });
  }
}

const differs = (to: string, table: string, found: RowDigest, wanted: RowDigest | undefined) =>
  new RigError(
    'database_unusable',
    `What was written to ${table} of ${to} is not what is read from it: ${found.rows} rows of ${wanted?.rows}. Nothing was changed.`,
    { hint: 'See the log of the server for triggers or faults; then try again.' },
  );

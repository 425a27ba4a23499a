import { RigError } from '@rig-ops/contract/errors';
import { type Kysely, sql } from 'kysely';
import { isPostgres } from './dialect.ts';
import { schemaPlugin } from './postgres/schema-plugin.ts';
import { toStoreError } from './store-error.ts';

/** One step of the schema. A published one is never changed; another is added behind it. */
export interface Migration {
  /** Grows from one migration to the next; numbers may be left out. */
  readonly version: number;
  readonly name: string;
  /** Runs inside a transaction together with the note that it ran. */
  readonly up: (db: Kysely<unknown>) => Promise<void>;
  /** In its place on PostgreSQL, where translating the statements of `up` (translate-schema.ts) would not do. */
  readonly postgres?: (db: Kysely<unknown>) => Promise<void>;
}

const schemaVersionOf = async (db: Kysely<unknown>): Promise<number> => {
  if (isPostgres(db)) {
    const { rows } = await sql<{ version: number }>`select version from rig_schema`.execute(db);
    return rows[0]?.version ?? 0;
  }
  const { rows } = await sql<{ user_version: number }>`pragma user_version`.execute(db);
  return rows[0]?.user_version ?? 0;
};

/**
 * Brings the schema up to the newest of `migrations`.
 * @throws RigError `platform_start_failed` when the file was written by a newer rig, `disk_full`
 */
export async function migrate<T>(
  db: Kysely<T>,
  path: string,
  migrations: readonly Migration[],
): Promise<void> {
  const handle = db as unknown as Kysely<unknown>;
  try {
    const current = await schemaVersionOf(handle);
    const newest = migrations.at(-1)?.version ?? 0;
    if (current > newest) {
      throw new RigError(
        'platform_start_failed',
        `The database ${path} was written by a newer rig: its schema is ${current}, this rig knows ${newest}.`,
        { hint: 'Install the newer rig again, or move the folder of this platform away to start afresh.' },
      );
    }
    for (const migration of migrations.filter(({ version }) => version > current)) {
      await handle.transaction().execute(async (transaction) => {
        await (isPostgres(transaction) ? upOnPostgres : upOnSqlite)(migration, transaction);
      });
    }
  } catch (error) {
    throw toStoreError(error, path);
  }
}

async function upOnSqlite({ up, version }: Migration, transaction: Kysely<unknown>): Promise<void> {
  await up(transaction);
  // A pragma takes no parameter; the version is ours, and part of the transaction.
  await sql.raw(`pragma user_version = ${version}`).execute(transaction);
}

async function upOnPostgres(migration: Migration, transaction: Kysely<unknown>): Promise<void> {
  // Another may have been here while this one waited for its turn.
  if ((await schemaVersionOf(transaction)) >= migration.version) return;
  await sql`set local statement_timeout = 0`.execute(transaction);
  await (migration.postgres ?? migration.up)(transaction.withPlugin(schemaPlugin));
  await sql`update rig_schema set version = ${migration.version}`.execute(transaction);
}

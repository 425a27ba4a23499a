import { RigError } from '@rig-ops/contract/errors';
import { type Kysely, sql } from 'kysely';
import { toStoreError } from './store-error.ts';

/** One step of the schema. A published one is never changed; another is added behind it. */
export interface Migration {
  /** Grows from one migration to the next; numbers may be left out. */
  readonly version: number;
  readonly name: string;
  /** Runs inside a transaction together with the note that it ran. */
  readonly up: (db: Kysely<unknown>) => Promise<void>;
}

const schemaVersionOf = async (db: Kysely<unknown>): Promise<number> => {
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
        await migration.up(transaction);
        // A pragma takes no parameter; the version is ours, and part of the transaction.
        await sql.raw(`pragma user_version = ${migration.version}`).execute(transaction);
      });
    }
  } catch (error) {
    throw toStoreError(error, path);
  }
}

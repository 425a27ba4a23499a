import { copyEmbeddedDatabase, type CopyDatabaseOptions } from '@rig-ops/client/copy-database';
import { describePlace } from '@rig-ops/contract/database-place';

export interface DatabaseCopy {
  /** False when the state was there already. */
  copied: boolean;
  /** In words, without user and password. */
  from: string;
  to: string;
  rows: number;
  tables: { name: string; rows: number }[];
  audit: { records: number; brokenAt: number | null };
  /** A SQLite database that is kept; null where there is none. */
  kept: string | null;
}

/** Below it a copy is done before anybody reads. */
const TELL_FROM_ROWS = 5_000;
const TELL_EVERY_MS = 1_000;

/** Copies the state of the platform into another database. Throws what `copyEmbeddedDatabase` throws. */
export async function copyDatabase({
  onNote,
  ...options
}: CopyDatabaseOptions & { onNote: (text: string) => void }): Promise<DatabaseCopy> {
  let told = 0;
  const { copied, from, to, tables, audit, kept } = await copyEmbeddedDatabase({
    ...options,
    onProgress: ({ table, done, total }) => {
      if (total < TELL_FROM_ROWS || performance.now() - told < TELL_EVERY_MS) return;
      told = performance.now();
      onNote(`${Math.floor((100 * done) / total)} %: ${done} of ${total} rows, in ${table}`);
    },
  });
  const rows = tables.reduce((sum, one) => sum + one.rows, 0);
  return { copied, from: describePlace(from), to: describePlace(to), rows, tables, audit, kept };
}

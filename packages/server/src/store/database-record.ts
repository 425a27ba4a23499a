import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { type DatabasePlace, describePlace } from '@rig-ops/contract/database-place';
import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Kysely } from 'kysely';
import type { Database } from './database.ts';
import { readSetting } from './settings.ts';

/** Beside the blobs, logs and keys of a platform: which database they belong to. */
interface DatabaseRecord {
  /** Id of the platform, which the database has too. */
  platform: string;
  place: DatabasePlace;
}

type Paths = Pick<PlatformLayout, 'root' | 'database' | 'databaseRecord'>;

/**
 * Refuses a database that belongs to other files than those of this platform: what was deployed would be gone, and what
 * is in the folder would be swept away as nobody's.
 * @throws RigError `database_unusable`
 */
export async function checkDatabaseIsOurs(
  db: Kysely<Database>,
  place: DatabasePlace,
  paths: Paths,
): Promise<void> {
  const record = await readRecord(paths.databaseRecord);
  const platform = await readSetting(db, 'audit_platform');
  // A folder of an earlier version has no record, but its file.
  const before = record?.place ?? (existsSync(paths.database) ? sqliteAt(paths.database) : undefined);
  if (before === undefined || (place.kind === 'sqlite' && before.kind === 'sqlite')) {
    if (platform === undefined || before !== undefined) return;
    throw refusal(`${describePlace(place)} has the state of a platform whose files are not in ${paths.root}`);
  }
  if (platform !== undefined && (record === undefined || record.platform === platform)) return;
  const found = platform === undefined ? 'is empty' : 'has the state of another platform';
  throw refusal(
    `${describePlace(place)} ${found}, while the state of the platform in ${paths.root} is in ${describePlace(before)}`,
  );
}

export const sqliteAt = (path: string): DatabasePlace => ({
  kind: 'sqlite',
  host: null,
  port: null,
  name: path,
});

/** Notes which database the files belong to from now on. */
export async function noteDatabase(path: string, record: DatabaseRecord): Promise<void> {
  const text = `${JSON.stringify(record, null, 2)}\n`;
  if ((await readFile(path, 'utf8').catch(() => '')) === text) return;
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

async function readRecord(path: string): Promise<DatabaseRecord | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as DatabaseRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new RigError('database_unusable', `${path} cannot be read.`, { cause: error });
  }
}

const refusal = (what: string) =>
  new RigError('database_unusable', `The database ${what}.`, {
    hint: 'Start with the database of before, or with a RIG_HOME of its own; docs/postgres.md tells how to move.',
  });

import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { type DatabasePlace, describePlace } from '@rig-ops/contract/database-place';
import { RigError } from '@rig-ops/contract/errors';
import type { PlatformLayout } from '@rig-ops/contract/layout';
import type { Kysely } from 'kysely';
import type { Database } from './database.ts';
import { readSetting, writeSetting } from './settings.ts';

/**
 * A database that was made by copying has the id of the copy among its settings; `new:` in front of it says that nobody
 * has begun with it yet.
 */
const UNUSED = 'new:';

/** Beside the blobs, logs and keys of a platform: which database they belong to. */
interface DatabaseRecord {
  /** Id of the platform, which the database has too. */
  platform: string;
  place: DatabasePlace;
  /** Id of the copy that the database is; absent for one that is none. What was copied from has another, or none. */
  copy?: string;
  /** Where the state was, while it moves: it may begin there or here, and then stays. */
  before?: Omit<DatabaseRecord, 'platform' | 'before'>;
}

/** Mark of a database that nobody has begun with, to be kept in it. */
export const markOfCopy = (id: string): string => UNUSED + id;

/** Whether a database is a copy that nobody has begun with. */
export async function isUnusedCopy(db: Kysely<Database>): Promise<boolean> {
  return (await readSetting(db, 'database_copy'))?.startsWith(UNUSED) === true;
}

async function copyIdOf(db: Kysely<Database>): Promise<string | undefined> {
  const mark = await readSetting(db, 'database_copy');
  return mark?.startsWith(UNUSED) === true ? mark.slice(UNUSED.length) : mark;
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
  const record = await readDatabaseRecord(paths.databaseRecord);
  const platform = await readSetting(db, 'audit_platform');
  if (record !== undefined && record.platform === platform) {
    const copy = await copyIdOf(db);
    const isBefore =
      record.before !== undefined &&
      isDeepStrictEqual([record.before.place, record.before.copy], [place, copy]);
    if (copy !== record.copy && !isBefore) {
      throw refusal(
        `${describePlace(place)} is not the state of the platform in ${paths.root} any more, or not yet: that is in ${describePlace((record.before ?? record).place)}`,
      );
    }
  }
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

/** Notes which database the files belong to from now on: the one that rigd begins with. */
export async function noteBegun(
  db: Kysely<Database>,
  path: string,
  { platform, place }: Pick<DatabaseRecord, 'platform' | 'place'>,
): Promise<void> {
  const copy = await copyIdOf(db);
  await noteDatabase(path, { platform, place, ...(copy === undefined ? {} : { copy }) });
  if (copy !== undefined && (await isUnusedCopy(db))) await writeSetting(db, 'database_copy', copy);
}

/** Notes which database the files belong to from now on. */
export async function noteDatabase(path: string, record: DatabaseRecord): Promise<void> {
  const text = `${JSON.stringify(record, null, 2)}\n`;
  if ((await readFile(path, 'utf8').catch(() => '')) === text) return;
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

export async function readDatabaseRecord(path: string): Promise<DatabaseRecord | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as DatabaseRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new RigError('database_unusable', `${path} cannot be read.`, { cause: error });
  }
}

const refusal = (what: string) =>
  new RigError('database_unusable', `The database ${what}.`, {
    hint: 'Start with that database, move the state with `rig platform database copy`, or use a RIG_HOME of its own.',
  });

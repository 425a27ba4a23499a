import { isRigError, RigError } from '@rig-ops/contract/errors';
import { isPostgresDangling, isPostgresDuplicate } from './postgres/postgres-error.ts';

/** Primary result codes, https://sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;
/** Extended codes whose primary code is a constraint (19). */
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_UNIQUE = 2067;
const SQLITE_CONSTRAINT_FOREIGNKEY = 787;

const codeOf = (error: unknown): number | undefined => {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code : undefined;
};

/** Whether a row was refused because one of the same key is there already. */
export function isDuplicate(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === SQLITE_CONSTRAINT_PRIMARYKEY || code === SQLITE_CONSTRAINT_UNIQUE || isPostgresDuplicate(error)
  );
}

/** Whether a row was refused because something that it refers to is not there. */
export function isDangling(error: unknown): boolean {
  return codeOf(error) === SQLITE_CONSTRAINT_FOREIGNKEY || isPostgresDangling(error);
}

/**
 * What SQLite threw as an error a user can act on; anything else is returned as it is. What a PostgreSQL server says has
 * become one where it was said.
 */
export function toStoreError(error: unknown, path?: string): unknown {
  const code = codeOf(error);
  if (isRigError(error) || code === undefined) return error;
  const primary = code & 0xff;
  const file = path === undefined ? 'the database of rigd' : `the database ${path}`;
  if (primary === SQLITE_FULL) {
    return new RigError('disk_full', `There is no space left for ${file}.`, { cause: error });
  }
  if (path === undefined) return error;
  const because = {
    [SQLITE_BUSY]: 'another rigd is using it',
    [SQLITE_IOERR]: 'reading or writing it failed',
    [SQLITE_CORRUPT]: 'it is damaged',
    [SQLITE_CANTOPEN]: 'it cannot be opened or made',
    [SQLITE_NOTADB]: 'it is not a database',
  }[primary];
  if (because === undefined) return error;
  return new RigError('platform_start_failed', `rigd cannot use ${file}: ${because}.`, { cause: error });
}
